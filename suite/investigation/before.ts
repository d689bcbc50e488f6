// Whether it is what the message before holds that makes a later one fail: whatever that later one is, or where it is the
// same.
import { quotedBytes } from '../../clients/conversation/words/byte-words.ts';
import { counted } from '../text/measures.ts';
import type { Experiment, Notebook, Trying } from './experiment.ts';
import type { Respect } from './law.ts';

export interface BeforeOptions {
  /** The message before the one that fails. */
  readonly before: Buffer;
  readonly last: Buffer;
  readonly letters: (byteCount: number) => Buffer;
  /** One message behind another. */
  readonly behind: (before: Buffer, last: Buffer) => Experiment;
}

/** A longer message is not quoted. */
const mostQuoted = 24;
const mostOthers = 3;
const times = 2;
/** Each of the others begins so many letters further on. */
const step = 7;

/** So many letters that differ from the first so many. */
export const otherLetters = (letters: BeforeOptions['letters'], byteCount: number): Buffer =>
  letters(step + byteCount).subarray(step);

/**
 * Letters are said twice, and behind others.
 * @returns undefined where the two messages differ, letters that are said twice are right, or others fail behind them too
 */
export function* repetitions(
  notebook: Notebook,
  { before, last, letters, behind }: BeforeOptions,
): Trying<Respect | undefined> {
  if (last.length === 0 || !last.equals(before)) return undefined;
  const byteCount = Math.min(last.length, mostQuoted);
  const [one, other] = [letters(byteCount), otherLetters(letters, byteCount)];
  if (one.equals(other)) return undefined;
  if (!(yield* notebook.isWrong(behind(one, one), times))) return undefined;
  if (yield* notebook.isWrong(behind(other, one), times)) return undefined;
  return {
    dimension: 'place',
    says: 'A message that is the same as the one before it fails; behind another of the same length it is right.',
  };
}

/**
 * Letters are said behind the message, and behind letters in its place.
 * @returns undefined where letters are right behind it, or fail behind all that was tried in its place too
 */
export function* beginners(
  notebook: Notebook,
  options: BeforeOptions,
): Trying<Respect | undefined> {
  const { before, last, letters, behind } = options;
  if (before.length === 0 || before.length > mostQuoted) return undefined;
  const plain = letters(Math.max(1, Math.min(last.length, mostQuoted)));
  if (!(yield* notebook.isWrong(behind(before, plain), times))) return undefined;
  const others = Array.from({ length: mostOthers }, (_, nth) =>
    letters((nth + 2) * step + before.length).subarray(-before.length),
  ).filter((other) => !other.equals(before));
  let right = 0;
  for (const other of others) {
    if (!(yield* notebook.isWrong(behind(other, plain), times))) right += 1;
  }
  if (right === 0) return undefined;
  const quote = quotedBytes({ head: before, length: before.length });
  const many = right === others.length ? '' : `${right} of `;
  const elsewhere = `behind ${many}${others.length} others, letters of the same length, it is right`;
  return {
    dimension: 'place',
    says: `What is said behind ${quote} fails, ${counted(plain.length, 'letter')} too; ${elsewhere}.`,
  };
}
