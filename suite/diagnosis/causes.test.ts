import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { behaviours } from '../behaviours/behaviours.ts';
import { causes, findCause } from './causes.ts';
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

  test('finds a cause by its id, and none by another', () => {
    expect(findCause('reply-ends-at-nul')?.mend).toBe('send-what-was-read');
    expect(findCause('no-such-cause')).toBeUndefined();
  });
});

test('the rules name only behaviours that the suite has', async () => {
  const families = new Set(behaviours.map(({ family }) => family));
  const known = new Set(behaviours.map(({ id }) => id));
  const folder = new URL('./causes/', import.meta.url);
  const sources = await Promise.all(
    (await readdir(folder)).map((file) => readFile(new URL(file, folder), 'utf8')),
  );

  const named = sources.flatMap((source) =>
    [...source.matchAll(/'([a-z-]+)\/([a-z0-9-]+)'/g)].map(([, family, name]) => ({
      family: family ?? '',
      id: `${family ?? ''}/${name ?? ''}`,
    })),
  );

  expect(named.length).toBeGreaterThan(100);
  const unknown = named.filter(({ family, id }) => families.has(family) && !known.has(id));
  expect(unknown.map(({ id }) => id)).toEqual([]);
});
