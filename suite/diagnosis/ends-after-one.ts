// Servers that end each conversation behind its first message: such an end says nothing of what was in the message.
import type { Evidence } from './evidence.ts';
import { isEnd } from './reading.ts';

/** Whether an ordinary message was answered, and the server ended the conversation before it answered the next. */
export function endsAfterOne({ failure }: Pick<Evidence, 'failure'>): boolean {
  const shown = failure('half-close/does-not-close-first');
  if (shown === undefined || !isEnd(shown)) return false;
  const turns = shown.exchanges.filter(({ sent }) => sent.length > 0);
  const answered = turns.filter(({ received }) => received.length > 0);
  return turns.length > 1 && answered.length === 1;
}
