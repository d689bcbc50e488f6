// Servers that let a second client in, and close it again while the first one is there.
import type { Evidence } from '../../evidence.ts';
import { isEnd } from '../../reading.ts';
import { isContentWrong } from '../messages/ordinary-messages.ts';

/** The behaviour that shows it. */
export const besideAnIdleOne = 'concurrency/serves-the-second-while-the-first-idles';

/** Whether a second client is let in and closed again while a first one, who was served, is there. */
export function hasRoomForOne(evidence: Evidence): boolean {
  const failure = evidence.failure(besideAnIdleOne);
  if (failure === undefined || !isEnd(failure) || isContentWrong(evidence)) return false;
  const [first, other] = failure.verdict.conversation;
  const isEnded = (record: typeof first): boolean =>
    record?.entries.some(({ kind }) => kind === 'fin-received' || kind === 'reset-received') ??
    false;
  const isFirstServed = (first?.receivedBytes ?? 0) > 0 && !isEnded(first);
  const isAlways = failure.verdict.tally.failed === failure.verdict.tally.of;
  return isFirstServed && other?.receivedBytes === 0 && isEnded(other) && isAlways;
}
