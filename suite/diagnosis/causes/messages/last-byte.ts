// Servers that put a terminator behind what was read, where the buffer has no room for it: over the last byte.
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { counted, idsWhere, isBufferSize, missingBytes, sidesOf } from '../../reading.ts';
import { answersLonger, lengthSent, sized, turnsBeyond } from './long-messages.ts';
import { sentIn } from './pieces.ts';

/** A byte that comes back in place of the last one of a read that fills a buffer. */
interface Overwritten {
  /** The size of the buffer. */
  readonly size: number;
  /** What comes in its place. */
  readonly value: number;
}

/** Where a reply first differs, and the bytes there; undefined where it is short or right. */
function differenceIn({ finding }: Failure): { at: number; due: number; came: number } | undefined {
  if (finding.kind !== 'bytes') return undefined;
  const { at, expected, observed } = finding;
  const [due, came] = [expected, observed].map(
    ({ hex, offset }) => Buffer.from(hex, 'hex')[at - offset],
  );
  return due === undefined || came === undefined ? undefined : { at, due, came };
}

/** Read off a message of exactly that size, of which the last byte alone is another; undefined where none was seen. */
export function overwrittenIn({ failures }: Evidence): Overwritten | undefined {
  const seen = failures.flatMap((failure) => {
    const difference = differenceIn(failure);
    const size = (difference?.at ?? 0) + 1;
    const isFirst = failure.exchanges.some(
      ({ sent, received, past }) =>
        past.length === 0 && sent.length === size && received.length === size,
    );
    return isFirst && isBufferSize(size) && difference !== undefined
      ? [{ size, value: difference.came }]
      : [];
  });
  const [first] = seen;
  const isOne = seen.every(({ size, value }) => size === first?.size && value === first.value);
  return isOne ? first : undefined;
}

function overwritten(evidence: Evidence): Match | undefined {
  const found = overwrittenIn(evidence);
  // One that spoils short messages as well spoils them for another reason.
  if (found === undefined || evidence.verdict('payload/one-message') === 'failed') return undefined;
  const { size, value } = found;
  const explains = idsWhere(
    evidence,
    (one) => {
      const difference = differenceIn(one);
      return difference !== undefined && difference.at >= size - 1 && difference.came === value;
    },
    sized,
  );
  const byte = `0x${value.toString(16).padStart(2, '0')}`;
  return {
    confidence: 'likely',
    shows: `Of a message of exactly ${counted(size, 'byte')} the last came back as ${byte}${value === 0 ? ', a NUL' : ''}; all before it were right.`,
    explains,
  };
}

const losesTheLast = {
  id: 'loses-a-byte-of-a-full-buffer',
  title: 'A read that fills the buffer loses its last byte',
  sign: 'A message of exactly the buffer’s size comes back without its last byte, or with a NUL in its place; shorter ones come back whole.',
  mistake:
    'A NUL is put after what was read (buffer[count] = 0, or count - 1 when the buffer is full), over the last byte: that is left out, or the NUL goes out in its place.',
  mend: 'mind-the-last-byte',
  matches: (evidence) => {
    const isShort = (failure: Failure): boolean =>
      missingBytes(failure.finding) === 1 && isBufferSize(lengthSent(failure));
    const [first] = idsWhere(evidence, isShort, sized).flatMap((id) => evidence.failure(id) ?? []);
    if (first === undefined) return overwritten(evidence);
    const size = lengthSent(first);
    const isOfThatSize = (one: Failure): boolean => isShort(one) && lengthSent(one) === size;
    const explains = idsWhere(evidence, isOfThatSize, sized);
    const longer = turnsBeyond(evidence, size);
    const isCut = longer.some(({ received }) => received.length === size - 1);
    if (isCut || (longer.length === 0 && !answersLonger(evidence))) return undefined;
    return {
      confidence: explains.length >= 2 ? 'certain' : 'likely',
      shows: `A message of exactly ${counted(size, 'byte')} came back one byte short; of longer ones more came back.`,
      explains: [
        ...explains,
        ...idsWhere(
          evidence,
          (one) =>
            !explains.includes(one.id) &&
            // Of a very long conversation the turns are not all kept.
            (lengthSent(one) || sentIn(one)) > size &&
            sidesOf(one.finding) !== undefined,
        ),
      ],
    };
  },
} as const satisfies CauseRule;

export const lastByteCauses = [losesTheLast] as const satisfies readonly CauseRule[];
