import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { bytesOf, collect, repeat, wholeNumber } from './parse.ts';

describe('a whole number', () => {
  it.each([
    ['1', 1],
    ['007', 7],
    ['65535', 65_535],
  ])('is read from %j', (text, number) => {
    expect(wholeNumber(1, 65_535)(text)).toBe(number);
  });

  it.each(['0', '65536', '-1', '1.5', '1e3', '0x10', '', ' 7', '7 ', 'seven', '∞'])(
    'is not %j',
    (text) => {
      expect(() => wholeNumber(1, 65_535)(text)).toThrow(InvalidArgumentError);
      expect(() => wholeNumber(1, 65_535)(text)).toThrow('from 1 to 65535');
    },
  );
});

describe('a repeatable option', () => {
  it('collects values, and those between commas', () => {
    expect(collect('b, c,,', collect('a'))).toEqual(['a', 'b', 'c']);
  });

  it('keeps commas that are part of a value', () => {
    expect(repeat('json=a,b', repeat('pretty'))).toEqual(['pretty', 'json=a,b']);
  });
});

describe('the bytes of a word', () => {
  it.each([
    ['end', '656e64'],
    ['end\\n', '656e640a'],
    ['\\r\\t\\0\\\\', '0d09005c'],
    ['\\x00\\xff\\xFf', '00ffff'],
    ['\\\\n', '5c6e'],
    ['é', 'c3a9'],
    ['a\\x41b', '614162'],
  ])('are read from %j', (text, hex) => {
    expect(bytesOf(text).toString('hex')).toBe(hex);
  });

  it.each(['', '\\q', '\\', '\\x', '\\x4', 'end\\', '\\xgg'])('are not %j', (text) => {
    expect(() => bytesOf(text)).toThrow(InvalidArgumentError);
  });
});
