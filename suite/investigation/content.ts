// Which bytes make a message fail where letters of the same length do not: one byte value by itself, where in the
// message it does, and which other values do so in the same place.
import { quotedBytes } from '../../clients/conversation/words/byte-words.ts';
import { counted } from '../text/measures.ts';
import { Unfinished, type Experiment, type Notebook, type Trying } from './experiment.ts';
import type { Respect } from './law.ts';
import { byteName, listed, ranges } from './words.ts';

export interface ContentOptions {
  /** The message that fails. */
  readonly message: Buffer;
  /** The experiment with another message in its place. */
  readonly saying: (message: Buffer) => Experiment;
  /** So many letters, which no server is known to have trouble with. */
  readonly letters: (byteCount: number) => Buffer;
  readonly isCostly: boolean;
  /** Told of the byte values that fail by themselves. */
  readonly onValues: (values: readonly number[]) => void;
}

/** Whether something fails is held so often before it is told. */
const surely = 3;
/** Of a message more byte values than this are not looked at one by one. */
const mostValues = 12;
/** A longer message is not quoted. */
const quotedLength = 24;
/** Beside the neighbours of a value, where each failure costs a wait. */
const fewValues = [0x00, 0x0a, 0x20, 0x30, 0x41, 0x5a, 0x61, 0x7a, 0x7f, 0x80, 0xc3, 0xff];

type PlaceName = 'alone' | 'first' | 'in the middle' | 'last';
const placeNames: readonly PlaceName[] = ['in the middle', 'first', 'last', 'alone'];

/**
 * What the content has to do with it, where letters of the same length are right.
 * @throws {Unfinished} where no more can be held, or a message goes both ways
 */
export function* contents(notebook: Notebook, options: ContentOptions): Trying<readonly Respect[]> {
  const { message } = options;
  const values = [...new Set(message)].slice(0, mostValues);
  const letters = new Set(options.letters(64));
  // What is no letter comes first: it is far more likely to be special.
  values.sort((one, other) => Number(letters.has(one)) - Number(letters.has(other)));
  for (const value of values) {
    const found = yield* placesOf(notebook, options, value);
    if (found.wrong.length === 0) continue;
    return yield* ofValue(notebook, options, value, found);
  }
  return yield* ofWhole(notebook, options, values.length);
}

interface Places {
  readonly wrong: readonly PlaceName[];
  readonly right: readonly PlaceName[];
}

function placed(value: number, place: PlaceName, letters: ContentOptions['letters']): Buffer {
  const [one = 0x62, other = 0x63] = letters(2);
  const bytes = {
    alone: [value],
    first: [value, one, other],
    'in the middle': [one, value, other],
    last: [one, other, value],
  };
  return Buffer.from(bytes[place]);
}

function* placesOf(
  notebook: Notebook,
  { saying, letters }: ContentOptions,
  value: number,
): Trying<Places> {
  const found = { wrong: [] as PlaceName[], right: [] as PlaceName[] };
  for (const place of placeNames) {
    const isWrong = yield* notebook.isWrong(saying(placed(value, place, letters)), surely);
    found[isWrong ? 'wrong' : 'right'].push(place);
  }
  return found;
}

function* ofValue(
  notebook: Notebook,
  { saying, letters, isCostly, onValues }: ContentOptions,
  value: number,
  { wrong, right }: Places,
): Trying<readonly Respect[]> {
  const [place = 'alone'] = wrong;
  const placesWords = (places: readonly PlaceName[]): string =>
    listed([...places].sort(inReadingOrder));
  const rightWords = right.length === 0 ? '' : `; ${placesWords(right)} it is right`;
  const others = isCostly
    ? [...new Set([value - 1, value + 1, ...fewValues])].filter((one) => one >= 0 && one <= 255)
    : Array.from({ length: 256 }, (_, one) => one);
  const failing: number[] = [value];
  const passing: number[] = [];
  try {
    for (const other of others) {
      if (other === value) continue;
      const experiment = saying(placed(other, place, letters));
      const isWrong =
        (yield* notebook.isWrong(experiment)) && (yield* notebook.isWrong(experiment, 2));
      (isWrong ? failing : passing).push(other);
    }
    // What stands beside an edge is held again.
    for (const other of passing) {
      if (failing.includes(other - 1) || failing.includes(other + 1))
        yield* notebook.isWrong(saying(placed(other, place, letters)), surely);
    }
  } catch (error) {
    // Those that were tried are told, also where no time is left for the others.
    if (!(error instanceof Unfinished) || !error.isOver) throw error;
  }
  onValues(failing);
  const head = `A message with the byte ${byteName(value)} in it fails: ${placesWords(wrong)}${rightWords} (among letters).`;
  const which =
    failing.length + passing.length === 1
      ? ''
      : failing.length === 1
        ? `No other of ${counted(passing.length, 'value')} tried fails there.`
        : passing.length === 0
          ? `So does each of ${counted(failing.length, 'value')} tried there.`
          : `Of ${failing.length + passing.length} byte values tried ${place}, ${failing.length} fail: ${listed(ranges(failing, byteName))}.`;
  return [{ dimension: 'content', says: `${head} ${which}`.trimEnd() }];
}

const readingOrder: readonly PlaceName[] = ['alone', 'first', 'in the middle', 'last'];
const inReadingOrder = (one: PlaceName, other: PlaceName): number =>
  readingOrder.indexOf(one) - readingOrder.indexOf(other);

/** No byte by itself: the bytes together, and what may stand around them. */
function* ofWhole(
  notebook: Notebook,
  { message, saying, letters }: ContentOptions,
  valueCount: number,
): Trying<readonly Respect[]> {
  if (message.length > quotedLength) {
    const says = `Letters of the same length (${counted(message.length, 'byte')}) are right instead.`;
    return [{ dimension: 'content', says }];
  }
  const letter = letters(1);
  const around: readonly (readonly [string, Buffer])[] = [
    ['with a letter before it', Buffer.concat([letter, message])],
    ['with a letter behind it', Buffer.concat([message, letter])],
    ['without its last byte', message.subarray(0, -1)],
    ['without its first byte', message.subarray(1)],
  ];
  const fails: string[] = [];
  const holds: string[] = [];
  for (const [words, variant] of around) {
    if (variant.length === 0) continue;
    const isWrong = yield* notebook.isWrong(saying(variant), surely);
    (isWrong ? fails : holds).push(words);
  }
  const quote = quotedBytes({ head: message, length: message.length });
  const each =
    valueCount > 1 ? ', and so is each of its bytes by itself, alone and among letters' : '';
  const also = fails.length === 0 ? '' : ` It fails ${listed(fails)} too.`;
  const not = holds.length === 0 ? '' : ` It is right ${listed(holds)}.`;
  return [
    {
      dimension: 'content',
      says: `The message ${quote} fails; letters of the same length are right${each}.${also}${not}`,
    },
  ];
}
