import { describe, expect, it } from 'vitest';
import { displayWidth, wrapped } from './layout.ts';

describe('wrapped', () => {
  it('breaks between words, with a margin for the first line and one for the others', () => {
    expect(wrapped('one two three four', 12, '- ', '  ')).toEqual(['- one two', '  three four']);
  });

  it('cuts a word that no line can hold, and goes on after it', () => {
    expect(wrapped('a bcdefghijklm no', 6)).toEqual(['a', 'bcdefg', 'hijklm', 'no']);
    expect(wrapped('abcdefgh ij', 5)).toEqual(['abcde', 'fgh', 'ij']);
  });

  it('counts columns, not characters', () => {
    expect(wrapped('漢字漢字', 5)).toEqual(['漢字', '漢字']);
    expect(wrapped('e\u0301e\u0301 e\u0301', 4)).toEqual(['e\u0301e\u0301 e\u0301']);
  });

  it('puts at least one character on a line, however narrow it is', () => {
    expect(wrapped('abc', 2, '>>>', '>>>')).toEqual(['>>>a', '>>>b', '>>>c']);
    expect(wrapped('漢字', 1)).toEqual(['漢', '字']);
  });

  it('has no line for no word', () => {
    expect(wrapped('  ', 10, '- ')).toEqual([]);
  });

  // Quadratic, this took minutes.
  it('cuts a word of a million characters', () => {
    const lines = wrapped('y'.repeat(1_000_000), 80, '  ');

    expect(lines).toHaveLength(Math.ceil(1_000_000 / 78));
    expect(Math.max(...lines.map(displayWidth))).toBe(80);
  });
});
