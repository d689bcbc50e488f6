// Servers that do a part of what one read, or one event, brought: it shows in pieces of one size.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { counted, gapIn, idsWhere, isBufferSize, isSilence, sidesOf } from '../../reading.ts';
import { isCutNowAndThen } from './long-messages.ts';

const ofOneMessage: readonly AnyBehaviourId[] = [
  'payload/every-size',
  'stream/replies-at-once-at-any-size',
  'half-close/sends-all-it-owes',
  'half-close/fin-right-behind-the-data',
];

/** How much of one message had come back when no more did; undefined where other bytes came. */
function partOf({ finding, exchanges }: Failure): number | undefined {
  const turn = exchanges.at(-1);
  if (finding.kind !== 'ended' && finding.kind !== 'silence') return undefined;
  if (turn === undefined || turn.received.length === 0) return undefined;
  return turn.sent.length > turn.received.length ? turn.received.length : undefined;
}

/** All that one connection said: a stream of small messages may reach the server in one read. */
export const sentIn = ({ verdict }: Failure): number =>
  Math.max(0, ...verdict.conversation.map(({ sentBytes }) => sentBytes));

/** What ends earlier ends for another reason. */
const leastLimit = 16;

/** A cut of each read: how many of its bytes come back, and behind how many the next read's begin. */
interface ReadsCut {
  readonly limit: number;
  readonly goesOnAt: number;
  readonly isSure: boolean;
}

/** How much came back of messages that did not come back whole. */
const partsOf = ({ failure }: Evidence): readonly number[] =>
  ofOneMessage.flatMap((id) => {
    const one = failure(id);
    const part = one === undefined ? undefined : partOf(one);
    return part === undefined ? [] : [part];
  });

/** Two that agree are no chance. */
const fewestParts = 2;

/** The same where it is not known which bytes of a longer stream came next: other reads may be as large as they like. */
function cutBeforeOtherBytes(evidence: Evidence): Match | undefined {
  const parts = partsOf(evidence);
  const [limit = 0] = parts;
  const isOne = parts.length >= fewestParts && parts.every((part) => part === limit);
  const followed = evidence.failures.filter(
    ({ finding }) =>
      finding.kind === 'bytes' && finding.at === limit && finding.goesOnAt === undefined,
  );
  if (!isOne || limit < leastLimit || followed.length < fewestParts) return undefined;
  return {
    confidence: 'likely',
    shows: `Of a message of more than ${counted(limit, 'byte')} exactly ${counted(limit, 'byte')} came back. In a longer stream other bytes than the next follow them: of each read only the beginning is sent.`,
    explains: idsWhere(
      evidence,
      (one) => sidesOf(one.finding) !== undefined && sentIn(one) > limit,
      ofOneMessage,
    ),
  };
}

export function readsCutAt(evidence: Evidence): ReadsCut | undefined {
  const gaps = evidence.failures.flatMap(({ finding, firstFinding }) => {
    const gap = gapIn(finding) ?? gapIn(firstFinding);
    return gap === undefined ? [] : [{ at: gap.at, goesOnAt: gap.at + gap.missing }];
  });
  const parts = partsOf(evidence);
  const [limit = 0] = parts;
  const alike = gaps.filter(({ at }) => at === limit).map(({ goesOnAt }) => goesOnAt);
  const howOften = (place: number): number => alike.filter((one) => one === place).length;
  // Small messages may have been read apart: most of the gaps are as large as the read.
  const [goesOnAt] = [...alike].sort((one, other) => howOften(other) - howOften(one));
  if (goesOnAt === undefined || limit < leastLimit || parts.some((part) => part !== limit))
    return undefined;
  // Where most streams go on beyond it, and lose something later, no read was cut there.
  if (isCutNowAndThen(evidence) || 2 * alike.length < gaps.length) return undefined;
  // A single byte is lost where the buffer is full: nothing is cut.
  if (goesOnAt === limit + 1) return undefined;
  const isSure = howOften(goesOnAt) >= 2 && parts.length >= 2 && isBufferSize(limit);
  return { limit, goesOnAt, isSure };
}

/**
 * Of each read only the beginning is sent: a message between that and the read's size loses its end,
 * and in a longer one the next read's beginning follows.
 */
export function cutOfEachRead(evidence: Evidence): Match | undefined {
  const found = readsCutAt(evidence);
  if (found === undefined) return cutBeforeOtherBytes(evidence);
  const { limit, goesOnAt, isSure } = found;
  return {
    confidence: isSure ? 'certain' : 'likely',
    shows: `Of a message of more than ${counted(limit, 'byte')} exactly ${counted(limit, 'byte')} came back. In a longer stream what follows is that of byte ${goesOnAt.toLocaleString('en')}: of each read only the beginning is sent.`,
    explains: idsWhere(
      evidence,
      (one) => sidesOf(one.finding) !== undefined && sentIn(one) > limit,
      ofOneMessage,
    ),
  };
}

/** Fewer pieces may be chance. */
const fewestPieces = 3;

export const pieceCauses = [
  {
    id: 'reads-once-an-event',
    title: 'One read is done for each event, and the rest waits for the next',
    sign: 'A message longer than the buffer is answered only up to the buffer’s size; the rest comes when the client sends more.',
    mistake:
      'An edge-triggered event (EPOLLET) tells once that there is something: read until EAGAIN. Or select() is asked while the rest already lies in a buffer of the program’s own.',
    mend: 'read-until-it-would-block',
    matches: (evidence) => {
      const stalled = evidence.failures.flatMap((failure) => {
        const part = isSilence(failure) ? partOf(failure) : undefined;
        return part === undefined ? [] : [{ id: failure.id, part }];
      });
      const size = Math.min(...stalled.map(({ part }) => part));
      const even = stalled.filter(({ part }) => part % size === 0);
      const isInPieces = even.some(({ part }) => part > size);
      if (even.length < fewestPieces || !isInPieces || !isBufferSize(size)) return undefined;
      const parts = [...new Set(even.map(({ part }) => part))].sort((one, other) => one - other);
      const shown = parts.slice(0, 4).map((part) => part.toLocaleString('en'));
      return {
        confidence: 'likely',
        shows: `Messages longer than ${counted(size, 'byte')} were answered up to a multiple of that (${shown.join(', ')}), the further ones after a FIN or a further segment; then nothing more came, and the connection stayed open.`,
        explains: idsWhere(evidence, (one) => isSilence(one) && sentIn(one) > size, [
          ...ofOneMessage.filter((id) => even.some((one) => one.id === id)),
          ...even.map(({ id }) => id),
        ]),
      };
    },
  },
] as const satisfies readonly CauseRule[];
