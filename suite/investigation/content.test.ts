// The bytes that make a message fail.
import { describe, expect, test } from 'vitest';
import { adding, lawOf, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';

describe('content', () => {
  const content = (isWrong: (read: Buffer) => boolean, text: string | Buffer): string[] =>
    saidOf(
      lawOf(
        adding((read) => isWrong(read)),
        saying(text),
      ),
      'content',
    );

  test('one byte value, wherever it stands', () => {
    expect(content((read) => read.includes(0), 'k\0l')).toEqual([
      'A message with the byte 0x00 in it fails: alone, first, in the middle and last (among letters). No other of 255 values tried fails there.',
    ]);
  });

  test('one at the end only', () => {
    expect(content((read) => read.at(-1) === 0x0a, 'klm\n')).toEqual([
      'A message with the byte 0x0a in it fails: alone and last; first and in the middle it is right (among letters). No other of 255 values tried fails there.',
    ]);
  });

  test('a range of values', () => {
    expect(content((read) => read.some((byte) => byte >= 0x80), 'é')).toEqual([
      expect.stringMatching(/Of 256 byte values tried in the middle, 128 fail: 0x80 to 0xff\.$/u),
    ]);
  });

  test('where failures cost a wait, few other values are tried and no more is said', () => {
    const law = lawOf(
      adding((read) => read.includes(0)),
      saying('\0'),
      { isCostly: true },
    );

    expect(saidOf(law, 'content')).toEqual([
      expect.stringMatching(/No other of 12 values tried fails there\.$/u),
    ]);
  });

  test('a word: none of its bytes by itself', () => {
    expect(content((read) => read.toString() === 'quit', 'quit')).toEqual([
      'The message 71 75 69 74 (“quit”) fails; letters of the same length are right, and so is each of its bytes by itself, alone and among letters. It is right with a letter before it, with a letter behind it, without its last byte and without its first byte.',
    ]);
    expect(content((read) => read.includes('%s'), '%s')).toEqual([
      expect.stringMatching(
        /It fails with a letter before it and with a letter behind it too\. It is right/u,
      ),
    ]);
  });
});
