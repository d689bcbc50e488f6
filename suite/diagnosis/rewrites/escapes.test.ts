import { describe, expect, test } from 'vitest';
import { echo } from '../../contracts/echo.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import type { Exchange } from '../exchanges.ts';
import { escapesLearnedFrom, escapesLearnedWithin } from './escapes.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const turn = (sent: string, received: string): Exchange => ({
  client: 'A',
  sent: { head: bytes(sent), length: sent.length },
  received: { head: bytes(received), length: received.length },
  writes: 1,
  past: [],
  wasSilent: false,
  endedFirst: undefined,
  endedAfterFin: undefined,
  next: bytes(''),
  finBeforeReply: false,
});

const learnedOf = (sent: string, received: string, { reply }: typeof echo) =>
  escapesLearnedFrom(turn(sent, received), reply);

describe('what a byte does to the one behind it', () => {
  test.each([
    ['k\\lm', 'K\\lM', uppercase, 'leaves the byte behind each 0x5c as it is'],
    ['k\x10lm', 'k\x10Lm', echo, 'flips the bits 0x20 of the byte behind each 0x10'],
    ['k\x7dlm', 'kLm', echo, 'leaves out each 0x7d and flips the bits 0x20 of the byte behind it'],
    ['k\x1blm', 'k\x1bm', echo, 'leaves out the byte behind each 0x1b'],
    ['k\x1blm', 'km', echo, 'leaves out each 0x1b and the byte behind it'],
    ['k\x1blm', 'k\x1b?m', echo, 'sends 0x3f for the byte behind each 0x1b'],
  ])('is read off one reply: %j came back as %j', (sent, received, contract, does) => {
    expect(learnedOf(sent, received, contract).map((one) => one.does)).toContain(does);
  });

  test('is read off a part of a long reply as well', () => {
    const part = (text: string) => ({
      hex: bytes(text).toString('hex'),
      offset: 0x7b,
      length: 256,
    });
    const learned = escapesLearnedWithin(
      {
        kind: 'bytes',
        at: 0x7d,
        reordered: false,
        expected: part('{|\x7d~\x7f\x80'),
        observed: part('{|\x5e\x7f\x80\x81'),
      },
      echo.reply,
    );

    expect(learned.map(({ does }) => does)).toContain(
      'leaves out each 0x7d and flips the bits 0x20 of the byte behind it',
    );
  });

  test('may come with the next message, or end with its own', () => {
    const [carried, alone] = learnedOf('k\x10lm', 'k\x10Lm', echo);

    expect(carried?.of(bytes('qr'), [bytes('k\x10')]).toString()).toBe('Qr');
    expect(alone?.of(bytes('qr'), [bytes('k\x10')]).toString()).toBe('qr');
    // An escape behind an escape is only a byte.
    expect(carried?.of(bytes('k\x10\x10q'), []).toString('latin1')).toBe('k\x100q');
  });

  test('is not seen in a reply that is spoilt in another way', () => {
    expect(learnedOf('klm', 'klmklm', echo)).toEqual([]);
    expect(learnedOf('klm', 'klm', echo)).toEqual([]);
    expect(learnedOf('k\x10lm', 'k\x10LM', echo)).toEqual([]);
    // Only the byte itself is missing, which is another mistake.
    expect(learnedOf('k\x10lm', 'klm', echo)).toEqual([]);
  });
});
