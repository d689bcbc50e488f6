import { describe, expect, it } from 'vitest';
import { parseYaml } from './yaml-text.ts';

function problems(text: string): string[] {
  const { problems: found, placeOf } = parseYaml(text, 256);
  return found.map(({ offset, message }) => {
    const { line, column } = placeOf(offset);
    return `${line}:${column} ${message}`;
  });
}

describe('YAML that a person wrote', () => {
  it('may be JSON, may be empty, and may have the same key in two maps', () => {
    expect(problems('{"a": [{"b": 1}, {"b": 2}]}')).toEqual([]);
    expect(parseYaml('', 1)).toMatchObject({ root: null, problems: [] });
  });

  it.each<[string, string, string[]]>([
    [
      'a key that is there twice, however deep',
      'a:\n  - b: 1\n    b: 2\n',
      ['3:5 The key "b" is here twice: leave one of them out.'],
    ],
    [
      'aliases',
      'a: &one 1\nb: [*one]\n',
      ['2:5 The alias *one is not followed here: write out what it stands for.'],
    ],
    [
      'two documents',
      'a: 1\n---\nb: 1\n',
      [
        '2:1 A second document begins here, and only one is read: take out the line "---", or what follows it.',
      ],
    ],
  ])('is refused for %s', (_, text, messages) => {
    expect(problems(text)).toEqual(messages);
  });

  it.each([
    ['lists', '['.repeat(5000)],
    ['maps', '{a: '.repeat(5000)],
    ['lists of lines', '- '.repeat(5000)],
  ])('is refused in one sentence when it is nested too deep: %s', (_, text) => {
    const [problem, ...others] = problems(text);
    expect(problem).toMatch(/^1:\d+ This is nested deeper than can be read\.$/u);
    expect(others).toEqual([]);
  });

  it('is refused beyond the bound, which counts bytes', () => {
    expect(parseYaml('é'.repeat(512), 1).problems).toEqual([]);
    expect(parseYaml('é'.repeat(513), 1).problems).toEqual([
      { offset: 0, message: 'It is larger than 1 KiB, which is more than such a file may have.' },
    ]);
  });

  it('is looked through once for keys, not once for each key', () => {
    let comparisons = 0;
    const text = Array.from({ length: 3000 }, (_, index) => `key${index}: 1\n`).join('');
    const some = Array.prototype.some;
    Array.prototype.some = function counted(...rest): boolean {
      comparisons += this.length;
      return some.apply(this, rest);
    };
    try {
      expect(problems(text)).toEqual([]);
    } finally {
      Array.prototype.some = some;
    }
    expect(comparisons).toBeLessThan(30_000);
  });
});
