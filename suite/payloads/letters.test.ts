import { describe, expect, it } from 'vitest';
import type { Contract } from '../contracts/contract.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import { Letters, lettersFor } from './letters.ts';

const mebibyte = 1024 * 1024;
const until = (contract: Contract, word: string): Contract => ({
  ...contract,
  ending: { word: Buffer.from(word), match: 'any', replied: true, ignoresCase: false },
});

describe('the letters for a contract', () => {
  it('are both cases where nothing changes, and only what changes where some do', () => {
    expect(lettersFor(echo)).toMatch(/^[b-y]+[B-Y]+$/);
    expect(lettersFor(uppercase)).toMatch(/^[b-y]+$/);
  });

  it.each(['end', 'End', 'q'])('never begin the word %s', (word) => {
    const first = word.charAt(0).toLowerCase();

    expect(lettersFor(until(echo, word)).toLowerCase()).not.toContain(first);
  });

  it.each(['\n', '.', 'é', 'a'])('are all there where the word %j is none of theirs', (word) => {
    expect(lettersFor(until(echo, word))).toBe(lettersFor(echo));
  });
});

describe('letters', () => {
  it('have no block that is like another', () => {
    const stream = new Letters(echo, 1).take(16 * mebibyte, 0);
    for (const blockBytes of [64 * 1024, mebibyte]) {
      const blocks = new Set<string>();
      for (let start = 0; start < stream.length; start += blockBytes) {
        blocks.add(stream.toString('latin1', start, start + blockBytes));
      }
      expect(blocks.size).toBe(stream.length / blockBytes);
    }
  });

  it('have no kilobyte that stands in another place as well', () => {
    const stream = new Letters(echo, 1).take(4 * mebibyte, 0);
    for (let at = 777; at + 1024 < stream.length; at += 300_007) {
      const kilobyte = stream.subarray(at, at + 1024);

      expect([stream.indexOf(kilobyte), stream.lastIndexOf(kilobyte)]).toEqual([at, at]);
    }
  });

  it('never contain the ending word', () => {
    const stream = new Letters(until(echo, 'end'), 3).take(4 * mebibyte, 0);

    expect(stream.toString('latin1').toLowerCase()).not.toContain('e');
  });

  it('come with the reply that is owed for them', () => {
    const { request, reply } = new Letters(uppercase, 5).stream(300_000, 4);

    expect(request.toString('latin1')).toMatch(/^[b-y]+$/);
    expect(reply.toString('latin1')).toBe(request.toString('latin1').toUpperCase());
  });

  it('are the same again for the same seed and salt, and others for others', () => {
    const take = (seed: number, salt: number): string =>
      new Letters(echo, seed).take(100, salt).toString('latin1');

    expect(take(1, 2)).toBe(take(1, 2));
    expect(take(1, 2)).not.toBe(take(1, 3));
    expect(take(1, 2)).not.toBe(take(2, 2));
    expect(take(0, 0)).toHaveLength(100);
  });

  it('stay as they are when more are made', () => {
    const letters = new Letters(echo, 9);
    const before = Buffer.from(letters.take(1000, 1));

    letters.take(2 * mebibyte, 1);

    expect(letters.take(1000, 1)).toEqual(before);
  });

  it('differ for each of many salts', () => {
    const letters = new Letters(echo, 9);
    const some = new Set(
      Array.from({ length: 2000 }, (_, salt) => letters.take(12, salt).toString('latin1')),
    );

    expect(some.size).toBe(2000);
  });

  it('come in short lines, of which the last is whole', () => {
    const lines = new Letters(echo, 9).lines(1000, 1).toString('latin1');

    expect(lines).toHaveLength(1000);
    expect(lines.endsWith('\n')).toBe(true);
    const each = lines.split('\n').slice(0, -1);
    expect(each.length).toBeGreaterThan(10);
    expect(each.every((line) => /^[A-Za-z]{1,60}$/u.test(line))).toBe(true);
  });
});
