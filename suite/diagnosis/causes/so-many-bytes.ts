// Servers that let so many bytes go over one connection, and end it then, however they came.
import type { TranscriptRecord } from '../../events/events.ts';
import type { AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { CauseRule } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import { counted, idsWhere, isEnd } from '../reading.ts';
import { largeTransfers } from './messages/long-messages.ts';

/** Where messages of several sizes are said one after another once the server has ended a connection. */
const asked: AnyBehaviourId = 'payload/megabytes';
/** Fewer are no long conversation. */
const fewestMessages = 20;

/** What one client had been answered, message after message of one size, when the server ended its connection. */
interface Carried {
  readonly byteCount: number;
  readonly messageBytes: number;
}

/** What was carried by the connection of that record; undefined where its client did anything else. */
function carriedBy({ entries, sentBytes, receivedBytes }: TranscriptRecord): Carried | undefined {
  const sent = entries.flatMap((entry) => (entry.kind === 'sent' ? [entry.bytes.length] : []));
  const end = entries.find(({ kind }) =>
    ['fin-sent', 'reset-sent', 'fin-received', 'reset-received'].includes(kind),
  );
  const [messageBytes] = sent;
  if (messageBytes === undefined || end === undefined || end.kind.endsWith('-sent'))
    return undefined;
  const isOfOneSize = sent.every((length) => length === messageBytes);
  const isEachAwaited = sentBytes - receivedBytes <= messageBytes;
  const isLong = receivedBytes >= fewestMessages * messageBytes;
  return isOfOneSize && isEachAwaited && isLong
    ? { byteCount: receivedBytes, messageBytes }
    : undefined;
}

/**
 * What two clients had been answered, one in longer messages than the other, when they were ended at the same number of
 * bytes, as nearly as messages of their sizes can tell; undefined where nothing speaks for such a limit.
 */
export function carriedAlike({
  failure,
}: Pick<Evidence, 'failure'>): readonly [Carried, Carried] | undefined {
  const records = failure(asked)?.verdict.conversation ?? [];
  const [one, other, ...more] = records.flatMap((record) => carriedBy(record) ?? []);
  if (one === undefined || other === undefined || more.length > 0) return undefined;
  const mostApart = one.messageBytes + other.messageBytes;
  const isAlike = Math.abs(one.byteCount - other.byteCount) < mostApart;
  return isAlike && one.messageBytes !== other.messageBytes ? [one, other] : undefined;
}

/** Whether a client that said little was there all the time, and was answered when the others had been ended. */
function isQuietServed({ failure }: Evidence): boolean {
  const records = failure(asked)?.verdict.conversation ?? [];
  return records.some(
    ({ entries, receivedBytes }) =>
      receivedBytes === 16 && entries.filter(({ kind }) => kind === 'received').length === 2,
  );
}

const alsoMuch: readonly AnyBehaviourId[] = [
  asked,
  ...largeTransfers,
  'concurrency/slow-reader-blocks-nobody',
  'concurrency/half-closed-client-blocks-nobody',
  'concurrency/waits-for-a-paused-reader',
];

const words = ({ byteCount, messageBytes }: Carried): string =>
  `${counted(byteCount, 'byte')} in messages of ${counted(messageBytes, 'byte')}`;

export const soManyBytesCauses = [
  {
    id: 'closes-after-some-bytes',
    title: 'A connection is ended when a certain number of bytes has gone over it',
    sign: 'A client that reads each reply before it speaks again loses its connection after the same number of bytes, in long messages and in short ones.',
    mistake:
      'A limit was set for the whole conversation (take(), LimitReader, a counter of all bytes) where one message was meant; or what is kept of it only grows, and runs out.',
    mend: 'read-until-nothing-more',
    // Whoever has much to say is ended too.
    spreads: (failure) => isEnd(failure) && alsoMuch.includes(failure.id),
    matches: (evidence) => {
      const carried = carriedAlike(evidence);
      if (carried === undefined) return undefined;
      const [one, other] = carried;
      const quiet = isQuietServed(evidence)
        ? ' One that had said little was served before and after.'
        : '';
      return {
        confidence: 'likely',
        shows: `Of two clients that read each reply before they spoke again, one was answered ${words(one)}, the other ${words(other)}; then the server ended their connections.${quiet}`,
        explains: idsWhere(evidence, (failure) => isEnd(failure) && alsoMuch.includes(failure.id), [
          asked,
        ]),
      };
    },
  },
] as const satisfies readonly CauseRule[];
