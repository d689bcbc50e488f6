import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf, matchesIdOrFamily } from './pattern.ts';

describe('a pattern', () => {
  test.for([
    ['payload/nul-bytes', 'payload/nul-bytes', true],
    ['payload/nul', 'payload/nul-bytes', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aab', false],
    ['ab*bc', 'abc', false],
    ['a.c', 'abc', false],
    ['a\nb*', 'a\nb\nc', true],
  ] as const)('%j and %j: %s', ([pattern, text, isMatch]) => {
    expect(matcherOf(pattern)(text)).toBe(isMatch);
  });

  test('matches as the regular expression does that it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 6 });
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const source = pattern.replaceAll('.', '\\.').replace(/\*+/g, '.*');
        expect(matcherOf(pattern)(text)).toBe(new RegExp(`^${source}$`, 's').test(text));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('of a family stands for all that is in it', () => {
    expect(matchesIdOrFamily('pay*')('payload/nul-bytes')).toBe(true);
    expect(matchesIdOrFamily('payload')('payload/nul-bytes')).toBe(true);
    expect(matchesIdOrFamily('load')('payload/nul-bytes')).toBe(false);
  });

  test('of many stars is soon tried', { timeout: 5_000 }, () => {
    const matches = matcherOf(`${'*a'.repeat(10_000)}*b`);

    expect(matches('a'.repeat(100_000))).toBe(false);
  });
});
