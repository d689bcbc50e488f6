import { describe, expect, test } from 'vitest';
import type { Excerpt } from '../../events/events.ts';
import { comparison, firstDifference } from './hexdump.ts';
import { palette } from '../../text/palette.ts';

const plain = palette(false);

function excerpt(text: string, offset = 0, length = offset + text.length): Excerpt {
  return { hex: Buffer.from(text, 'latin1').toString('hex'), offset, length };
}

describe('the first difference', () => {
  test.each([
    ['another byte', excerpt('Hello'), excerpt('HeLlo'), 2],
    ['an end too early', excerpt('Hello'), excerpt('He'), 2],
    ['a byte too many', excerpt('He'), excerpt('Hel'), 2],
    ['nothing at all', excerpt('He'), excerpt(''), 0],
    ['far into a long run', excerpt('abc', 1000, 5000), excerpt('abX', 1000, 5000), 1002],
    ['windows that begin apart', excerpt('abcd', 10, 99), excerpt('cX', 12, 99), 13],
    ['none', excerpt('Hello'), excerpt('Hello'), null],
    ['none that was kept', excerpt('ab', 0, 9), excerpt('ab', 0, 5), null],
  ] as const)('%s', (_, expected, observed, at) => {
    expect(firstDifference(expected, observed)).toBe(at);
  });
});

describe('the marks', () => {
  const rows = (expected: Excerpt, observed: Excerpt, width: number): string[] =>
    comparison(expected, observed, width, plain).filter((line) =>
      /^(?:expected {2}| +\^)/u.test(line),
    );

  test.each([78, 60, 40])('stand under the byte and its character in %i columns', (width) => {
    const [row = '', mark = ''] = rows(excerpt('abcdefghijkl'), excerpt('abcZefghijkl'), width);
    const hexColumn = mark.indexOf('^^');

    expect(row.slice(hexColumn, hexColumn + 2)).toBe('64');
    expect(row.at(mark.lastIndexOf('^'))).toBe('d');
    expect(row.length).toBeLessThanOrEqual(width);
  });

  test('stand under the byte of a window in the middle', () => {
    const text = 'abcdefghijklmnop'.repeat(4);
    const expected = excerpt(text, 1000, 9000);
    const observed = excerpt(`${text.slice(0, 37)}Z${text.slice(38)}`, 1000, 9000);
    const lines = comparison(expected, observed, 78, plain);
    const mark = lines.find((line) => line.trim().startsWith('^^')) ?? '';
    const row = lines.find((line) => line.startsWith('observed')) ?? '';

    expect(row.slice(mark.indexOf('^^')).slice(0, 2)).toBe('5a');
    expect(row.at(mark.lastIndexOf('^'))).toBe('Z');
    expect(lines).toContain('from byte 1,029');
  });
});

test('bytes that the excerpt did not keep are told from an end', () => {
  const lines = comparison(excerpt('abcdef'), excerpt('aX', 0, 6), 78, plain);

  expect(lines).toContain('expected  61 62 63 64 65 66  |abcdef|');
  expect(lines).toContain('observed  61 58 .. .. .. ..  |aX....|');
});
