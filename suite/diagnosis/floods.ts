// Servers that send without end: when that begins tells the mistake.
import { turnsOf, type Evidence, type Failure } from './evidence.ts';

/** No reply to a few letters is that much longer than they are, unless something goes wrong. */
export const floodBytes = 4096;

/** What the last client of a failure sent, and received before and after it had ended its side. */
export interface AroundTheFin {
  readonly sent: number;
  readonly before: number;
  readonly after: number;
}

/** A reply comes once, or twice by mistake; what comes so often goes on. */
const timesTold = 8;

/** Whether it sent on and on before the client had ended its side, be it slowly. */
export const hasBegunBefore = ({ sent, before }: AroundTheFin): boolean =>
  before >= sent + floodBytes || (sent > 0 && before >= timesTold * sent);

/**
 * Whether one that had said a few letters heard them again and again, before it had ended its side: what goes on behind
 * the FIN of another client, who had read its reply and no more, began there too.
 */
export function repeatsItself({ failure, reply }: Evidence): boolean {
  const shortest = failure('payload/one-message');
  return (shortest === undefined ? [] : turnsOf(shortest)).some(
    ({ sent, received, past, finBeforeReply }) => {
      const once = reply(sent.head);
      if (past.length > 0 || finBeforeReply || once.length === 0) return false;
      const isOften = received.length >= timesTold * sent.length;
      return isOften && received.head.every((byte, at) => byte === once[at % once.length]);
    },
  );
}

export function heardAroundTheFin(failure: Failure | undefined): AroundTheFin {
  let [sent, before, after] = [0, 0, 0];
  let isFinSent = false;
  for (const entry of failure?.verdict.conversation.at(-1)?.entries ?? []) {
    if (entry.kind === 'fin-sent') isFinSent = true;
    else if (entry.kind === 'sent') sent += entry.bytes.length;
    else if (entry.kind === 'received' && isFinSent) after += entry.bytes.length;
    else if (entry.kind === 'received') before += entry.bytes.length;
  }
  return { sent, before, after };
}
