import { describe, expect, test } from 'vitest';
import { ofLines } from './of-lines.ts';
import { text, upTo } from './rewrite.ts';

const bytes = (some: string): Buffer => Buffer.from(some, 'latin1');
const trimmed = { of: text((one) => one.trim()) };
const untilNul = { of: (read: Buffer): Buffer => upTo(read, 0) };

/** What a client hears of `message` where lines end in LF and `heard` comes back of it. */
const heardOf = (
  message: string,
  rewrite: Parameters<typeof ofLines>[0],
  heard: string,
  part: Parameters<typeof ofLines>[2],
): string =>
  ofLines(rewrite, { sent: bytes('\n'), heard: bytes(heard) }, part)
    .of(bytes(message), [])
    .toString('latin1');

describe('a mistake of each line', () => {
  test('befalls every line of a message, and the last without a line ending of its own', () => {
    const two = 'klm \r\n qrs';

    expect(heardOf(two, trimmed, '', 'with-its-ending')).toBe('klmqrs');
    expect(heardOf(two, trimmed, '\n', 'without-its-ending')).toBe('klm\nqrs\n');
  });

  test('may befall the line ending, or be blind to it', () => {
    expect(heardOf('k\0l', untilNul, '\n', 'with-its-ending')).toBe('k');
    expect(heardOf('k\0l\n', untilNul, '\n', 'with-its-ending')).toBe('k');
    expect(heardOf('k\0l\n', untilNul, '\n', 'without-its-ending')).toBe('k\n');
  });

  test('leaves a reply as it is that no mistake befalls', () => {
    for (const heard of ['', '\n', '\r\n']) {
      for (const part of ['with-its-ending', 'without-its-ending'] as const) {
        expect(heardOf('klm', untilNul, heard, part)).toBe('klm');
      }
    }
  });

  test('ends the conversation at the line where it shows', () => {
    const ending = {
      of: (read: Buffer): Buffer => read,
      ends: (read: Buffer): boolean => read.toString() === 'quit',
    };
    const told = ofLines(ending, { sent: bytes('\n'), heard: bytes('\n') }, 'without-its-ending');

    expect(told.of(bytes('k\nquit\nl'), []).toString()).toBe('k\nquit\n');
    expect(told.ends?.(bytes('k\nquit'))).toBe(true);
    expect(told.ends?.(bytes('k\nl'))).toBe(false);
  });
});
