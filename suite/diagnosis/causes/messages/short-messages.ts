// Servers that leave a message of very few bytes unanswered until more has come, or for good.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { counted, idsWhere, isEachTime, isSilence, missingBytes } from '../../reading.ts';

const anySize: AnyBehaviourId = 'stream/replies-at-once-at-any-size';

/** What is longer is no matter of a message that is too short. */
const mostBytes = 32;

/** A message that was not answered for its length: each time, though it was the first of its connection. */
interface TooShort {
  readonly byteCount: number;
  readonly failure: Failure;
}

export function tooShortIn({ failure, verdict }: Evidence): TooShort | undefined {
  const found = failure(anySize);
  // A usual message is answered at once: what keeps this one back is its length.
  if (found === undefined || verdict('stream/replies-at-once') !== 'passed') return undefined;
  if (!isSilence(found) || !isEachTime(found)) return undefined;
  const turn = found.exchanges.at(-1);
  if (turn === undefined || turn.past.length > 0 || turn.received.length > 0) return undefined;
  const { length } = turn.sent;
  return length > 0 && length <= mostBytes ? { byteCount: length, failure: found } : undefined;
}

/** How many bytes may have to come: one more than was tried in vain, or what people ask for. */
export function leastSizes(byteCount: number): readonly number[] {
  const usual = [byteCount + 1, 4, 8, 16, 32].filter((size) => size > byteCount);
  return [...new Set(usual)];
}

export const shortMessageCauses = [
  {
    id: 'leaves-short-messages-unanswered',
    title: 'A message of very few bytes is not answered',
    sign: 'Usual messages are answered at once; one that is shorter than a certain length is not, or only when more comes.',
    mistake:
      'The server waits until so many bytes have come (a header, a group of an encoding, if len(buffer) < 4: continue), or takes a short read for nothing. TCP has no least length: answer what a read brings.',
    mend: 'reply-at-once',
    matches: (evidence) => {
      const short = tooShortIn(evidence);
      if (short === undefined) return undefined;
      const { byteCount } = short;
      const isOwedSoMuch = (one: Failure): boolean => {
        const missing = missingBytes(one.finding);
        return isSilence(one) && missing > 0 && missing <= mostBytes;
      };
      return {
        confidence: 'likely',
        shows: `A message of ${counted(byteCount, 'byte')} was not answered while its connection stayed open, each time; usual ones are answered at once.`,
        explains: idsWhere(evidence, isOwedSoMuch, [anySize]),
      };
    },
  },
] as const satisfies readonly CauseRule[];
