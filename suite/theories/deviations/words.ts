// Deviations about which messages are the ending word, and what is answered to it.
import { nothing, saying, theEnd, type Deviation, type Held } from '../deviation.ts';
import { endsByContract } from '../the-contract.ts';

/** Undefined where the mistake leaves open whether such a message is taken for the word. */
type Ends = (message: string, word: string, place: number) => boolean | undefined;

/** An opinion on the word alone, by its place on the connection. */
const where =
  (isSought: (place: number) => boolean): Ends =>
  (message, word, place) =>
    message === word ? isSought(place) : message.startsWith(word) ? undefined : false;

/** An opinion on the word alone, however it is written. */
const asAnother =
  (ends: Ends): Ends =>
  (message, word, place) => {
    const isWord = message.toLowerCase() === word.toLowerCase();
    if (isWord) return ends(message, word, place);
    return message.toLowerCase().includes(word.toLowerCase()) ? undefined : false;
  };

/** An opinion on messages of letters alone. */
const ofLetters =
  (ends: Ends): Ends =>
  (message, word, place) =>
    !message.includes(word)
      ? false
      : /^[A-Za-z]*$/u.test(message)
        ? ends(message, word, place)
        : undefined;

/** An opinion on messages of one or several words with a blank between them. */
const ofWords =
  (ends: (words: readonly string[], word: string) => boolean): Ends =>
  (message, word) => {
    if (!message.includes(word)) return false;
    const words = message.split(' ');
    const isPlain = words.every((one) => one === word || (one !== '' && !one.includes(word)));
    return isPlain ? ends(words, word) : undefined;
  };

interface OfWord {
  readonly id: string;
  readonly parameters?: Deviation['parameters'];
  readonly does: string;
  readonly ends?: Ends;
  /** The reply to a message that ends the conversation; as to any other when absent. */
  readonly says?: (message: Buffer, held: Held) => Buffer;
}

/** `word` is that of the contract: the messages to try are made of it. */
function ofWord(word: Buffer, { id, parameters = {}, does, ends, says }: OfWord): Deviation {
  return {
    id,
    parameters,
    does,
    tells: ['bytes'],
    needsPast: true,
    speaks: (held) => {
      let place = 0;
      return {
        greet: () => nothing,
        hear: (read) => {
          const isEnd =
            ends === undefined
              ? endsByContract(held, read)
              : ends(read.toString('latin1'), word.toString('latin1'), place);
          place += 1;
          if (isEnd === undefined) return undefined;
          const isMute = held.ending?.replied === false;
          if (!isEnd) return saying(held.reply(read));
          return saying(says?.(read, held) ?? (isMute ? Buffer.alloc(0) : held.reply(read)), true);
        },
        fin: () => theEnd,
      };
    },
    probes: wordsLike(word.toString('latin1')).map((text) => Buffer.from(text, 'latin1')),
  };
}

/** The word, and what might be taken for it. */
function wordsLike(word: string): string[] {
  const half = word.slice(0, Math.max(1, word.length - 1));
  return [
    ...[word, `${word}\n`, `${word}\r\n`, `${word}\0`, `${word} `, `${word}qk`, `${word} qk`],
    ...[
      `qk${word}qk`,
      `qk ${word} qk`,
      `qk ${word}`,
      `sk ${word} qr st`,
      `sqk${word}rs`,
      `sqk${word}`,
      `qk${word}`,
      `qk\n${word}`,
      ` ${word}`,
    ],
    ...[
      half,
      `${half}q`,
      word.slice(0, 1),
      word.slice(1),
      `${word.slice(0, 1)}qk`,
      `${word.slice(0, 2)}qqk`,
    ],
    ...[`q${word.slice(1)}`, word.toUpperCase(), word.toLowerCase()],
    ...[`${word.slice(0, 1).toUpperCase()}${word.slice(1)}`, 'q'.repeat(word.length)],
  ];
}

/** As in "letters 1 and 3". */
function letterNumbers(places: readonly number[]): string {
  const numbers = places.map((place) => place + 1);
  if (numbers.length <= 1) return `letter ${numbers.join('')}`;
  return `letters ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

/** The theories about an ending word that are known, each by the name of its mistake. */
export const wordDeviations = {
  neverEnds: (word: Buffer): Deviation =>
    ofWord(word, { id: 'word-never-ends', does: 'does not know the word', ends: () => false }),
  foundInside: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-inside',
      does: 'ends at a longer word that has the word in its midst',
      ends: ofLetters((message, it) => message.includes(it)),
    }),
  foundAtTheEndOfAWord: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-at-the-end-of-a-word',
      does: 'ends at a longer word that ends with the word',
      ends: ofLetters((message, it) => message.endsWith(it)),
    }),
  foundAtTheBeginningOfAWord: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-at-the-beginning-of-a-word',
      does: 'ends at a longer word that begins with the word',
      ends: ofLetters((message, it) => message.startsWith(it)),
    }),
  foundAmongWords: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-among-words',
      does: 'ends at any message of which one word is the ending word',
      ends: ofWords((words, it) => words.includes(it)),
    }),
  foundAsTheFirst: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-as-the-first',
      does: 'ends at any message of which the first word is the ending word',
      ends: ofWords((words, it) => words[0] === it),
    }),
  foundAsTheLast: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-as-the-last',
      does: 'ends at any message of which the last word is the ending word',
      ends: ofWords((words, it) => words.at(-1) === it),
    }),
  foundOnALine: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-on-a-line',
      does: 'ends at any message of which one line is the ending word',
      ends: (message, it) => {
        if (message.split('\n').includes(it)) return true;
        return message.startsWith(it) || message.includes('\r') ? undefined : false;
      },
    }),
  withoutBlanks: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-without-blanks',
      does: 'takes the blanks around a message away before it compares it with the word',
      // Whether a longer message that begins with the word is taken for it is another matter.
      ends: (message, it) =>
        message.trim() === it ? true : message.trimStart().startsWith(it) ? undefined : false,
    }),
  inAnyCase: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-in-any-case',
      does: 'ends at the word in any case of its letters',
      ends: asAnother((message, it) => message.toLowerCase() === it.toLowerCase()),
    }),
  inCapitals: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-in-capitals',
      does: 'ends at the word in capitals too',
      ends: asAnother((message, it) => message === it || message === it.toUpperCase()),
    }),
  withACapital: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-with-a-capital',
      does: 'ends at the word with a capital at its beginning too',
      ends: asAnother(
        (message, it) =>
          message.slice(1) === it.slice(1) && message.toLowerCase() === it.toLowerCase(),
      ),
    }),
  /** Where `isAlone`, a longer message is not taken for the word. */
  byLetters: (word: Buffer, places: readonly number[], isAlone: boolean): Deviation =>
    ofWord(word, {
      id: 'word-by-some-letters',
      parameters: { letters: places.map((place) => place + 1).join(' '), alone: String(isAlone) },
      does: `compares ${letterNumbers(places)} of the word only${isAlone ? ', and the length' : ''}`,
      ends: (message, it) =>
        (!isAlone || message.length === it.length) &&
        places.every((place) => message[place] === it[place]),
    }),
  anyBeginningOfIt: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-any-beginning',
      does: 'compares as many letters as the message has',
      ends: (message, it) => message !== '' && it.startsWith(message.slice(0, it.length)),
    }),
  anyBeginningAlone: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-any-beginning-alone',
      does: 'ends at a message that the word begins with, and at none that is longer',
      ends: (message, it) => message !== '' && it.startsWith(message),
    }),
  anyPartAlone: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-any-part-alone',
      does: 'ends at a message that stands somewhere in the word, and at none that is longer',
      ends: (message, it) => message !== '' && it.includes(message),
    }),
  byItsLength: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-by-its-length',
      does: 'ends at every message as long as the word',
      ends: (message, it) => message.length === it.length,
    }),
  alone: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-alone',
      does: 'ends at the word alone, not at a message that begins with it',
      // What is stripped of blanks first may be the word alone too.
      ends: (message, it) =>
        message === it ? true : message.replace(/[\s\0]+$/u, '') === it ? undefined : false,
    }),
  withAnEnd: (word: Buffer, end: string): Deviation =>
    ofWord(word, {
      id: 'word-with-an-end',
      parameters: { end: JSON.stringify(end) },
      does: `ends only at the word with ${JSON.stringify(end)} behind it`,
      ends: (message, it) => message.startsWith(`${it}${end}`),
    }),
  unanswered: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-unanswered',
      does: 'ends at the word without answering it',
      says: () => Buffer.alloc(0),
    }),
  answeredAlone: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-answered-alone',
      does: 'answers of a message that begins with the word the word alone',
      says: (message, { reply }) => reply(message.subarray(0, word.length)),
    }),
  /** `said` is what comes in place of the reply to the word. */
  answeredWith: (word: Buffer, said: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-answered-with',
      parameters: { hex: said.toString('hex') },
      does: 'answers the word in words of its own',
      says: () => said,
    }),
  /** Behind the first so many messages of a connection the word is not looked for. */
  inTheFirst: (word: Buffer, messages: number): Deviation =>
    ofWord(word, {
      id: 'word-in-the-first',
      parameters: { messages },
      does: `looks for the word in the first ${messages === 1 ? 'message' : `${messages} messages`} of a connection only`,
      ends: where((place) => place < messages),
    }),
  afterTheFirst: (word: Buffer): Deviation =>
    ofWord(word, {
      id: 'word-after-the-first',
      does: 'does not look for the word in the first message of a connection',
      ends: where((place) => place > 0),
    }),
} as const;
