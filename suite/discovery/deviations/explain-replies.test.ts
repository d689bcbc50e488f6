import { describe, expect, it } from 'vitest';
import { uppercase } from '../../contracts/uppercase.ts';
import { changeByPlace, explainReplies, isForetold } from './explain-replies.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const asked = ['Bcd Efg', 'M nop 345 Q', 'xyxy 67 YX', 'aaa'].map(bytes);

/** What is made of a server that replies to each message what `change` makes of it, with `around` before and behind. */
function explained(change: (text: string) => string, around = ['', '']) {
  const replies = asked.map(
    (one) => `${around[0] ?? ''}${change(one.toString('latin1'))}${around[1] ?? ''}`,
  );
  const heard = bytes(replies.join(''));
  const [guess] = explainReplies(heard, asked, undefined, uppercase);
  if (guess?.isInAnyCase !== true) return guess;
  expect(isForetold(heard, guess, asked, uppercase)).toBe(true);
  return changeByPlace(guess, [{ messages: asked, heard }]);
}

const capital = (letter: string): string => letter.toUpperCase();

describe('letters that come back in one case here and in the other there', () => {
  it.each([
    [
      'raises the first letter of a message and lowers all others',
      (text: string) => text.toLowerCase().replace(/^[a-z]/u, capital),
    ],
    [
      'raises the first letter of each word only',
      (text: string) => text.replace(/(?<![A-Za-z])[a-z]/gu, capital),
    ],
    [
      'raises the first letter of each word and lowers all others',
      (text: string) => text.toLowerCase().replace(/(?<![A-Za-z])[a-z]/gu, capital),
    ],
    [
      'raises all but the last byte of a message',
      (text: string) => text.slice(0, -1).toUpperCase() + text.slice(-1),
    ],
    [
      'sends some letters of a message in the wrong case, and the same letters elsewhere in the right one',
      (text: string) => text.slice(0, 3).toUpperCase() + text.slice(3),
    ],
  ])('%s', (does, change) => {
    expect(explained(change)).toBe(does);
  });

  it('are told with what stands around each reply', () => {
    const change = (text: string): string => text.toLowerCase().replace(/^[a-z]/u, capital);
    expect(explained(change, ['', '\n'])).toBe(
      'raises the first letter of a message and lowers all others',
    );
  });
});

it('is not said of letters that a table may have changed, wherever they stand', () => {
  const change = (text: string): string => text.replace(/[a-m]/gu, capital);
  expect(explained(change)).toBeUndefined();
});

it('is not said where letters are added, whose case nobody knows', () => {
  const change = (text: string): string => text.toLowerCase().replace(/^[a-z]/u, capital);
  expect(explained(change, ['> Said: ', ''])).toBeUndefined();
});
