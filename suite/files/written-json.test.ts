import { describe, expect, it } from 'vitest';
import { parseWrittenJson } from './written-json.ts';

describe('JSON that a person wrote', () => {
  it('may begin with a byte order mark', () => {
    expect(parseWrittenJson('\ufeff{"a": 1}')).toEqual({ a: 1 });
  });

  it('may have a key in each of several objects, and text that looks like keys', () => {
    const value = { a: [{ a: 1 }, { a: ':', b: '"a":' }, 'a', 'a'], b: { a: { b: '\\' } }, '': '' };

    expect(parseWrittenJson(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['{"a": 1, "b": {}, "a": 2}', '"a"'],
    ['[{"b": {"a": [], "c": {"a": 1}, "a": 2}}]', '"a"'],
    ['{"a": 1, "\\u0061": 2}', '"a"'],
    ['{"": 1, "": 2}', '""'],
  ])('has no key twice in one object: %s', (text, key) => {
    expect(() => parseWrittenJson(text)).toThrow(
      new SyntaxError(`the key ${key} is there twice in one object: leave one of them out`),
    );
  });

  it('is refused as ever when it is none', () => {
    expect(() => parseWrittenJson('{"a": 1, "a"')).toThrow(SyntaxError);
  });
});
