// Replies that come in their whole length, with other bytes than were due: nothing is lost, something is in the wrong place.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Finding } from '../../../events/events.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { counted, gapIn, idsWhere, isBufferSize } from '../../reading.ts';
import { sized } from './long-messages.ts';

/** Whether it is about the conversation of one client. */
export const isOfOne = ({ family }: Failure): boolean =>
  family === 'payload' || family === 'stream' || family === 'half-close';

/** Whether other bytes came than were due, to a client that was let in. */
export const isWrongBytes = (failure: Failure): boolean =>
  failure.finding.kind === 'bytes' && failure.family !== 'accept';

/** Failures in which a whole reply came: of the bytes that were due, in another order, or with others in their place. */
export const wholly = (evidence: Evidence, isReordered: boolean): Failure[] =>
  evidence.failures.filter(
    (one) => isOfOne(one) && one.finding.kind === 'bytes' && one.finding.reordered === isReordered,
  );

/** What the smallest message that comes back wrong shows, where one byte less is right and fills a buffer. */
interface FirstBeyond {
  readonly id: AnyBehaviourId;
  /** So many bytes are answered rightly; one more is too long. */
  readonly size: number;
  /** Where its reply, of the whole length, is wrong first. */
  readonly at: number;
}

/** Of each kind of message that was made as small as it can be. */
const firstBeyond = ({ failure }: Evidence): FirstBeyond[] =>
  sized.flatMap((id) => {
    const found = failure(id);
    if (found?.finding.kind !== 'bytes') return [];
    const { expected, observed, at } = found.finding;
    const size = expected.length - 1;
    return observed.length === expected.length && isBufferSize(size) ? [{ id, size, at }] : [];
  });

/** A reply of the whole length is wrong where the buffer ends, and goes on one or two bytes further on. */
export function wrapsWrongly(
  evidence: Evidence,
): { beyond: FirstBeyond; missing: number } | undefined {
  const beyond = firstBeyond(evidence).find(({ at, size }) => at === size);
  const gaps = evidence.failures.flatMap(({ finding }) => gapIn(finding) ?? []);
  const [gap] = gaps;
  const isThere = gaps.every(({ at, missing }) => at === beyond?.size && missing === gap?.missing);
  if (beyond === undefined || gap === undefined || !isThere || gap.missing > 2) return undefined;
  return wholly(evidence, false).length >= 2 && wholly(evidence, true).length === 0
    ? { beyond, missing: gap.missing }
    : undefined;
}

/** The size of a buffer whose last byte is another where a message goes beyond it, and all around it is right. */
function lostInGrowing(evidence: Evidence): FirstBeyond | undefined {
  const beyond = firstBeyond(evidence).find(({ at, size }) => at === size - 1);
  if (beyond === undefined) return undefined;
  const isSo = sized.every((id) => {
    const finding = evidence.failure(id)?.finding;
    return finding?.kind !== 'bytes' || (finding.at === beyond.at && isRightBehindOne(finding));
  });
  return isSo ? beyond : undefined;
}

/** Whether of the bytes that were kept of a finding one alone differs, and some behind it are right. */
function isRightBehindOne({
  at,
  expected,
  observed,
}: Extract<Finding, { kind: 'bytes' }>): boolean {
  const [due, came] = [expected, observed].map(({ hex, offset }) =>
    Buffer.from(hex, 'hex').subarray(at - offset + 1),
  );
  return due !== undefined && came !== undefined && due.length > 0 && due.equals(came);
}

/** The first part of a message, which was right as long as nothing followed, is spoilt by a byte behind it. */
export function overwritten(evidence: Evidence): Match | undefined {
  const beyond = firstBeyond(evidence).find(({ at, size }) => at < size);
  const others = wholly(evidence, false);
  if (beyond === undefined || others.length < 3 || wholly(evidence, true).length > 0)
    return undefined;
  if (evidence.failure('payload/one-message') !== undefined) return undefined;
  // One byte alone that is wrong, the last of the buffer, was not changed by what came behind: it is lost where that grows.
  if (lostInGrowing(evidence) !== undefined) return undefined;
  const size = beyond.size.toLocaleString('en');
  return {
    confidence: 'likely',
    shows: `Messages of up to ${size} bytes are right. Of one byte more the whole length came, but it was wrong already at byte ${beyond.at.toLocaleString('en')}, among the first ${size}: what came behind them changed them before they were sent.`,
    explains: idsWhere(evidence, isWrongBytes, [beyond.id]),
  };
}

export const losesAByteInGrowing = {
  id: 'loses-a-byte-where-a-buffer-grows',
  title: 'A byte is lost where a buffer grows',
  sign: 'Messages up to the buffer’s size are right; in longer ones the last byte that it held is another, and all around it is right.',
  mistake:
    'A buffer that grows copies one byte too few (length - 1, capacity - 1) into the new one, or a terminator is written over the last byte and what follows is appended behind it.',
  mend: 'stay-in-the-buffer',
  matches: (evidence) => {
    const found = lostInGrowing(evidence);
    if (found === undefined) return undefined;
    const size = found.size.toLocaleString('en');
    return {
      confidence: 'likely',
      shows: `Messages of up to ${size} bytes are right. Of one byte more byte ${found.at.toLocaleString('en')}, the last of the first ${size}, came back as another; those before and behind it are right.`,
      explains: idsWhere(evidence, isWrongBytes, [found.id]),
    };
  },
} as const satisfies CauseRule;

export const ringWraps = {
  id: 'ring-wraps-at-the-wrong-place',
  title: 'A ring buffer goes on at the wrong place where it wraps',
  sign: 'Replies are right up to the buffer’s size; from there on each byte comes a place too early, and the length is right.',
  mistake:
    'Where an index reaches the end of the ring it is set to 1 and not to 0, or compared with > where >= is due, or one of the two parts of a wrapped range is off by one.',
  mend: 'keep-the-order',
  matches: (evidence) => {
    const found = wrapsWrongly(evidence);
    if (found === undefined) return undefined;
    const { beyond, missing } = found;
    const size = beyond.size.toLocaleString('en');
    return {
      confidence: 'likely',
      shows: `Messages of up to ${size} bytes are right. At byte ${size} of longer ones came what belongs ${counted(missing, 'byte')} further on, though the whole length came.`,
      explains: idsWhere(evidence, isWrongBytes, [beyond.id]),
    };
  },
} as const satisfies CauseRule;
