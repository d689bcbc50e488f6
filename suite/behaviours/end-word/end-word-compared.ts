// Which messages are the ending word: its beginnings, words like it, and words around it.
import { behaviour } from '../behaviour.ts';
import type { Ending } from '../../contracts/contract.ts';
import {
  endingOf,
  endWordShared as shared,
  expectEndAfter,
  expectOpenAfter,
  unlessWord,
  unlike,
} from './end-word-said.ts';

/** So many bytes of a long word are tried one by one. */
const mostPlaces = 8;

export const comparedWords = [
  behaviour({
    ...shared,
    id: 'end-word/closes-whatever-follows',
    requirement:
      'A message that begins with the ending word ends the conversation, whatever follows the word in it.',
    hint: 'The whole message, or its length, is compared with the word; compare the word’s bytes at its beginning.',
    skipWhen: unlessWord(({ match }) =>
      match === 'beginning'
        ? undefined
        : 'under this contract a message that begins with the word need not end the conversation',
    ),

    async check(world) {
      const { word } = endingOf(world.contract);
      const text = word.toString('latin1');
      for (const [earlier, following] of [
        ...[' of', 'ing', '\n', '\r\n', ' ', '\0', text].map((one) => [1, one] as const),
        ...['ing', '\n'].map((one) => [0, one] as const),
      ]) {
        await expectEndAfter(world, {
          message: Buffer.from(text + following, 'latin1'),
          earlier,
          what: `the ending word and ${JSON.stringify(following)} behind it`,
        });
      }
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/not-inside-a-word',
    requirement: 'A word that merely contains the ending word does not end the conversation.',
    hint: 'strstr() or `includes` finds the word anywhere; compare the whole message.',

    async check(world) {
      const { word, match } = endingOf(world.contract);
      const holders = [`fri${word.toString()}s`, `s${word.toString()}`];
      // Where the contract leaves open whether a beginning is enough, that alone is no fault.
      if (match === 'message') holders.push(`${word.toString().trimEnd()}less`);
      for (const holder of holders) await expectOpenAfter(world, Buffer.from(holder));
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/not-later-in-a-message',
    requirement:
      'The ending word among other words, or behind blanks, does not end the conversation.',
    hint: 'The word is sought in the whole message, or at its end, or blanks are stripped first; compare the message as it came.',

    async check(world) {
      const { word, match, mayTrim } = endingOf(world.contract);
      const text = word.toString();
      const holders = [`the ${text}`, `the ${text} is near`, `a\n${text}`];
      if (match === 'message') holders.push(`${text.trimEnd()} of it`);
      // Last: whoever seeks the word among others finds it behind blanks too.
      if (mayTrim !== true) holders.push(` ${text}`, `\t${text}`, `\n${text}`);
      for (const holder of holders) await expectOpenAfter(world, Buffer.from(holder));
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/case-matters',
    requirement: 'The ending word in a different case (END for end) does not end the conversation.',
    hint: 'The comparison ignores case, or it is made with the reply instead of the request.',
    skipWhen: unlessWord(({ ignoresCase, word }) => {
      if (ignoresCase) return 'under this contract the case of the ending word does not matter';
      return inOtherCase(word).length > 0 ? undefined : 'the word has no letters';
    }),

    async check(world) {
      const { word } = endingOf(world.contract);
      for (const other of inOtherCase(word)) await expectOpenAfter(world, other);
    },
  }),

  behaviour({
    ...shared,
    id: 'end-word/every-byte-counts',
    requirement:
      'A beginning of the ending word, or a word that differs from it in one byte, does not end the conversation.',
    hint: 'Too few bytes are compared, or more than were read: what an earlier message left in the buffer counts too.',
    skipWhen: unlessWord((ending) =>
      beginningsOf(ending).length > 0 ? undefined : 'the word is one byte long',
    ),

    async check(world) {
      const ending = endingOf(world.contract);
      // First those that end a conversation by themselves: only then does an old rest tell anything.
      for (const part of beginningsOf(ending)) await expectOpenAfter(world, part);
      for (const other of withOneOther(ending)) await expectOpenAfter(world, other);
      // A buffer that is not cleared holds the word once its beginning comes behind such a rest.
      for (const part of beginningsOf(ending)) {
        const kept = ending.word.subarray(part.length);
        const rest = Buffer.concat([unlike(ending.word, part), kept]);
        await expectOpenAfter(world, rest, part);
      }
    },
  }),
];

/** The word itself, without the line end that may be a part of it. */
const coreOf = ({ word }: Ending): Buffer =>
  word.subarray(0, word.toString('latin1').trimEnd().length);

/** Proper beginnings of the word: the shortest, the longest, and some between. */
function beginningsOf(ending: Ending): Buffer[] {
  const core = coreOf(ending);
  const lengths = new Set([1, 2, core.length >> 1, core.length - 1]);
  return [...lengths]
    .filter((length) => length > 0 && length < core.length)
    .sort((one, other) => one - other)
    .map((length) => core.subarray(0, length));
}

/** The word with another letter in each place. */
function withOneOther(ending: Ending): Buffer[] {
  const { word } = ending;
  const count = coreOf(ending).length;
  const places = Array.from({ length: count }, (_, place) => place);
  const tried = count <= mostPlaces ? places : [...places.slice(0, mostPlaces - 1), count - 1];
  return tried.map((place) => {
    const other = Buffer.from(word);
    unlike(word, word.subarray(place, place + 1)).copy(other, place);
    return other;
  });
}

/** The word in capitals (or small letters, where it is in capitals), and with one capital. */
function inOtherCase(word: Buffer): Buffer[] {
  const text = word.toString('latin1');
  const small = text.toLowerCase();
  const all = text === text.toUpperCase() ? small : text.toUpperCase();
  const title = small.charAt(0).toUpperCase() + small.slice(1);
  return [...new Set([all, title])]
    .filter((other) => other !== text)
    .map((other) => Buffer.from(other, 'latin1'));
}
