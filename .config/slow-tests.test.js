// The list of slow tests against the project: what it names is there, and no container test is quick.
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slowTests } from './slow-tests.ts';

const root = new URL('..', import.meta.url);
const named = slowTests.map(([file]) => file);

test('every slow test is there, and named once', () => {
  expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});

test('every test of containers is a slow one', () => {
  const files = ['suite', 'clients', 'targets', 'fixtures'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`),
  );
  const ofContainers = files.filter((file) => file.endsWith('.docker.test.ts'));

  expect(ofContainers.length).toBeGreaterThan(5);
  expect(ofContainers.filter((file) => !named.includes(file))).toEqual([]);
});
