// The sizes that fail: every sentence is true of the server, on both sides of every edge.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adding, lawOf, letters, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';

describe('length', () => {
  const length = (isWrong: (size: number) => boolean, size: number): string[] =>
    saidOf(
      lawOf(
        adding(({ length: of }) => isWrong(of)),
        saying(letters(size)),
      ),
      'length',
    );

  test('every size', () => {
    expect(length(() => true, 5)).toEqual([
      expect.stringMatching(
        /^Messages of every size tried fail: \d+ sizes from 1 to 65,536 bytes\.$/u,
      ),
    ]);
  });

  test('from a size on', () => {
    expect(length((size) => size >= 777, 4000)).toEqual([
      expect.stringMatching(
        /^Messages of 777 to 65,536 bytes fail \(\d+ sizes tried\); those of 1 to 776 bytes are right \(\d+ sizes tried\)\.$/u,
      ),
    ]);
  });

  test('up to a size', () => {
    expect(length((size) => size <= 3, 1)).toEqual([
      expect.stringMatching(
        /^Messages of 1 to 3 bytes fail .*; those of 4 to 65,536 bytes are right/u,
      ),
    ]);
  });

  test('one size alone', () => {
    expect(length((size) => size === 512, 512)).toEqual([
      expect.stringMatching(
        /^Messages of exactly 512 bytes fail; those of 1 to 511 bytes and 513 to 65,536 bytes are right \(\d+ sizes tried\)\.$/u,
      ),
    ]);
  });

  test('the multiples of a size, and what is one less', () => {
    expect(length((size) => size % 512 === 0, 512)).toEqual([
      expect.stringMatching(/^Messages of a multiple of 512 bytes fail \(\d+ sizes tried/u),
    ]);
    expect(length((size) => size % 256 === 255, 255)).toEqual([
      expect.stringMatching(/^Messages of one byte less than a multiple of 256 bytes fail/u),
    ]);
    expect(length((size) => size % 2 === 1, 5)).toEqual([
      expect.stringMatching(/^Messages of an odd number of bytes fail/u),
    ]);
  });

  test('sizes without a rule: the smallest is told, and how many others failed', () => {
    const primes = (size: number): boolean => size === 100 || size === 1024 || size === 5000;

    expect(length(primes, 1024)).toEqual([
      expect.stringMatching(
        /^The smallest of messages that fail has 100 bytes\. The \d+ smaller ones that were tried are right\. Of \d+ larger sizes tried, 1 failed \(1,024\)\.$/u,
      ),
    ]);
  });

  test('whichever edges a server has, those are told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30_000 }),
        fc.integer({ min: 0, max: 30_000 }),
        (low, span) => {
          const high = low + span;
          const said = length((size) => size >= low && size <= high, low);
          const failing =
            low === high
              ? `exactly ${low.toLocaleString('en')} bytes`
              : `${low.toLocaleString('en')} to ${high.toLocaleString('en')} bytes`;

          expect(said).toEqual([expect.stringContaining(`Messages of ${failing} fail`)]);
          expect(said[0]).toContain(
            `and ${(high + 1).toLocaleString('en')} to 65,536 bytes are right`,
          );
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });
});
