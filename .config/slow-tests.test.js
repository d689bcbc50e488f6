// The list of slow tests against the project: what it names is there, and nothing quick needs a container or a build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { longTests, slowTests } from './slow-tests.ts';

const root = new URL('..', import.meta.url);
const named = [...longTests, ...slowTests].map(([file]) => file);

test('every slow test is there, and named once', () => {
  expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});

const files = ['suite', 'clients', 'targets', 'fixtures'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`),
);

test('every test of containers is a long one', () => {
  const ofContainers = files.filter((file) => file.endsWith('.docker.test.ts'));

  expect(ofContainers.length).toBeGreaterThan(5);
  const long = longTests.map(([file]) => file);
  expect(ofContainers.filter((file) => !long.includes(file))).toEqual([]);
});

test('every test of conform as it was built is a slow one: a save builds nothing', () => {
  const ofBuilt = files.filter(
    (file) =>
      file.endsWith('.test.ts') &&
      readFileSync(new URL(file, root), 'utf8').includes('dist/suite/cli.js'),
  );

  expect(ofBuilt.length).toBeGreaterThan(5);
  expect(ofBuilt.filter((file) => !named.includes(file))).toEqual([]);
});
