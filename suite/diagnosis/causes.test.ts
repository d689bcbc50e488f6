import { describe, expect, expectTypeOf, test } from 'vitest';
import { causes, findCause, type CauseId } from './causes.ts';
import { mends } from './snippets/mends.ts';

describe('the registry of causes', () => {
  test('has at least 40, each named once in kebab case', () => {
    const ids = causes.map(({ id }) => id);

    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test.each(causes.map((cause) => [cause.id, cause] as const))(
    '%s says what it is, how it shows and what it looks like',
    (_, { title, sign, mistake }) => {
      expect(title).toMatch(/^[A-Z0-9].*[^.]$/s);
      for (const sentence of [sign, mistake]) expect(sentence).toMatch(/[.?!]$/);
      expect(title.length).toBeLessThanOrEqual(80);
    },
  );

  test('has no way of mending that no cause names', () => {
    const named = new Set<string>(causes.map(({ mend }) => mend));

    expect(Object.keys(mends).filter((mend) => !named.has(mend))).toEqual([]);
  });

  test('has ids that the compiler knows: another literal is none', () => {
    expectTypeOf<'reply-ends-at-nul'>().toExtend<CauseId>();
    expectTypeOf<'reply-ends-at-null'>().not.toExtend<CauseId>();
  });

  test('finds a cause by its id, and none by another', () => {
    expect(findCause('reply-ends-at-nul')?.mend).toBe('send-what-was-read');
    expect(findCause('no-such-cause')).toBeUndefined();
  });
});
