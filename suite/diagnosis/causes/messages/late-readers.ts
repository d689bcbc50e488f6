// Clients that read late: the kernel takes no more for them, which is no error.
import { aboutRun, type AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { failedOf, idsWhere, isDeath, isEnd, lineOf, printedBy, sidesOf } from '../../reading.ts';
import { carriedAlike } from '../so-many-bytes.ts';
import { largeTransfers, sized } from './long-messages.ts';

/** What programs print of a write that would have had to wait. */
const fullBuffer =
  /\b(?:BlockingIOError|EAGAIN|EWOULDBLOCK|WouldBlock|EAGAINWaitWritable)\b|Resource temporarily unavailable/;

/** In them too the server has more to write than it may be rid of at once. */
const alsoLate: readonly AnyBehaviourId[] = [
  ...sized,
  'concurrency/slow-reader-blocks-nobody',
  'concurrency/half-closed-client-blocks-nobody',
  'concurrency/waits-for-a-paused-reader',
  'robustness/survives-leaving-with-unread-replies',
  'robustness/survives-a-flood',
];

/** Nobody but the one that reads slowly is owed so many bytes beside it. */
const mostOfOthers = 1024 * 1024;

/** Whether it is the slow reader's own reply that is missing: the others were asked before, and answered. */
export const isOfTheSlowReader = ({ id, finding }: Failure): boolean =>
  id === 'concurrency/slow-reader-blocks-nobody' &&
  (sidesOf(finding)?.expected.length ?? 0) > mostOfOthers;

/** The deaths of a server that such a write ended, by what it printed; the one that shows it best comes first. */
export function endedByFullBuffer({ failures }: Evidence): readonly Failure[] {
  const ended = failures.filter(
    (one) => isDeath(one) && lineOf(printedBy(one), fullBuffer) !== undefined,
  );
  const late = ended.filter(({ id }) => largeTransfers.includes(id));
  const others = ended.filter((one) => !late.includes(one));
  // Elsewhere it is a read, or accept(), that was told to come again.
  return late.length > 0 && others.every(({ id }) => alsoLate.includes(id))
    ? [...late, ...others]
    : [];
}

function endedByIt(evidence: Evidence): Match | undefined {
  const ended = endedByFullBuffer(evidence);
  const [shown] = ended;
  if (shown === undefined) return undefined;
  return {
    confidence: 'likely',
    shows: `More was to be written than the socket’s buffer had room for, and the server’s process ended. It printed: ${lineOf(printedBy(shown), fullBuffer) ?? ''}`,
    explains: [...ended.map(({ id }) => id), ...failedOf(evidence, aboutRun)],
  };
}

export const givesUp = {
  id: 'gives-up-on-a-full-socket-buffer',
  title: 'A client that reads late is cut off',
  sign: 'When the client stops reading for a moment, the server ends the connection.',
  mistake:
    'A full socket buffer (EAGAIN, BlockingIOError, a write that returns less) is treated as an error, or a limit closes clients whose replies wait.',
  mend: 'wait-for-room',
  matches: (evidence) => {
    const ended = endedByIt(evidence);
    if (ended !== undefined) return ended;
    // A process that goes ends all its connections, whether it was seen to go or not.
    if (evidence.failures.some((one) => largeTransfers.includes(one.id) && isDeath(one)))
      return undefined;
    // Who reads each reply before it speaks again, and is ended at the same number of bytes, was not late.
    if (carriedAlike(evidence) !== undefined) return undefined;
    const explains = largeTransfers.filter((id) => {
      const failure = evidence.failure(id);
      return id !== 'payload/megabytes' && failure?.finding.kind === 'ended';
    });
    const isLate = explains.some((id) => id.startsWith('stream/'));
    if (!isLate || evidence.verdict('payload/every-size') === 'failed') return undefined;
    // Who is cut off though it reads each reply before it speaks again was not late.
    const many = evidence.failure('stream/many-messages-on-one-connection');
    if (many !== undefined && isEnd(many)) return undefined;
    const isEverLarge = evidence.verdict('payload/megabytes') === 'passed';
    const others = isEverLarge
      ? 'Clients that read at once get megabytes'
      : 'Short replies come whole';
    return {
      confidence: explains.length >= 2 ? 'certain' : 'likely',
      shows: `${others}; a client that read late saw its connection ended by the server half-way.`,
      explains: [
        ...explains,
        ...idsWhere(
          evidence,
          ({ id }) =>
            id === 'concurrency/slow-reader-blocks-nobody' ||
            id === 'concurrency/half-closed-client-blocks-nobody' ||
            id === 'payload/megabytes',
        ),
      ],
    };
  },
} as const satisfies CauseRule;
