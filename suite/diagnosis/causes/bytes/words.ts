// A server that obeys words which its clients only wanted back.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';
import { failedOf, isDeath } from '../../reading.ts';
import { quoted } from '../../rewrites/learned.ts';

const ofWords: AnyBehaviourId = 'payload/no-word-is-special';
/** A command may be one character: /, ?, q. */
const ofBytes: AnyBehaviourId = 'payload/each-byte-value-alone';

/** They may say it by chance. */
const ofAny: readonly AnyBehaviourId[] = ['payload/any-text', 'payload/any-bytes'];

/** The failure that shows a word: a single byte is one where it can be typed, and another byte did not come in its place. */
function shownBy({ failure }: Evidence): Failure | undefined {
  const byte = failure(ofBytes);
  const last = byte?.exchanges.filter(({ sent }) => sent.length > 0).at(-1);
  const isTyped = last?.sent.head.every((one) => one > 0x20 && one < 0x7f) ?? false;
  return failure(ofWords) ?? (isTyped && last?.received.length !== 1 ? byte : undefined);
}

/** Whether a message that begins with the word got the same. */
const isToldTheSame =
  (word: Buffer, { received }: Exchange) =>
  ({ exchanges }: Failure): boolean =>
    received.length > 0 &&
    exchanges.some(
      (one) =>
        isWhole(one.sent) &&
        one.sent.head.subarray(0, word.length).equals(word) &&
        one.received.head.equals(received.head),
    );

export const obeysAWord = {
  id: 'obeys-a-word',
  title: 'A word is treated as a command',
  sign: 'A certain message is not sent back: the server answers it in its own way, or closes.',
  mistake: 'Received text is compared with commands: quit, exit, help, GET.',
  mend: 'obey-no-word',
  matches: (evidence) => {
    const failure = shownBy(evidence);
    // Where other payloads fail as well, it is hardly the word.
    const isAlone = evidence.failures.every(
      ({ id, family }) => [ofWords, ofBytes, ...ofAny].includes(id) || family !== 'payload',
    );
    if (failure === undefined || !isAlone || isDeath(failure)) return undefined;
    const turns = failure.exchanges.filter(({ sent }) => isWhole(sent) && sent.length > 0);
    const last = turns.at(-1);
    if (last === undefined) return undefined;
    const before = last.past.at(-1);
    const isUnanswered = last.received.length === 0 && before !== undefined;
    const word = isUnanswered ? before : last.sent.head;
    const came = isUnanswered
      ? 'the connection was closed after the reply'
      : last.received.length === 0
        ? 'nothing came'
        : `came ${quoted(last.received.head)}`;
    const sameWords = isToldTheSame(word, last);
    const isSame = (one: Failure): boolean => ofAny.includes(one.id) && sameWords(one);
    return {
      confidence: 'likely',
      shows: `Other messages come back as they must; to ${quoted(word)} ${came}.`,
      explains: [
        failure.id,
        ...failedOf(evidence, [ofWords, ofBytes]).filter((id) => id !== failure.id),
        ...evidence.failures.filter(isSame).map(({ id }) => id),
      ],
    };
  },
} as const satisfies CauseRule;
