import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-fingerprint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
/** The digest of a folder with two files, after `change` was made to it. */
async function digestAfter(
  change: (path: string) => Promise<unknown> = () => Promise.resolve(),
  settings = 'settings',
): Promise<string> {
  const path = join(folder, String((made += 1)));
  await mkdir(join(path, 'src'), { recursive: true });
  await writeFile(join(path, 'Makefile'), 'all:');
  await writeFile(join(path, 'src', 'server.c'), 'int main;');
  await change(path);
  return await fingerprintOf(path, settings);
}

test('is the same for the same files, wherever and whenever they were written', async () => {
  const aged = digestAfter((path) => utimes(join(path, 'Makefile'), 1, 1));

  expect(await aged).toBe(await digestAfter());
});

test.each<[string, (path: string) => Promise<unknown>]>([
  ['a byte', (path) => writeFile(join(path, 'Makefile'), 'alk:')],
  ['a further file', (path) => writeFile(join(path, 'new'), '')],
  ['an empty folder', (path) => mkdir(join(path, 'new'))],
  ['a file that is gone', (path) => rm(join(path, 'Makefile'))],
  ['the right to be executed', (path) => chmod(join(path, 'Makefile'), 0o755)],
  ['a link, though to the same', (path) => symlink('src', join(path, 'more'))],
  [
    'bytes that moved to another file',
    async (path) => {
      await writeFile(join(path, 'Makefile'), 'all');
      await writeFile(join(path, 'src', 'server.c'), ':int main;');
    },
  ],
])('is another for %s', async (_, change) => {
  expect(await digestAfter(change)).not.toBe(await digestAfter());
});

test('is another under other settings', async () => {
  expect(await digestAfter(undefined, 'others')).not.toBe(await digestAfter());
});

test('a link out of the folder, or to itself, is not followed', async () => {
  const digest = digestAfter(async (path) => {
    await symlink('/', join(path, 'root'));
    await symlink('.', join(path, 'round'));
  });

  expect(await digest).toMatch(/^[0-9a-f]{64}$/);
});

test('a link of the instructor’s stands for what it leads to', async () => {
  const link = join(folder, 'link');
  const path = join(folder, 'aim');
  await mkdir(path);
  await writeFile(join(path, 'server.c'), 'int main;');
  await symlink(path, link);
  const before = await fingerprintOf(link, 'settings');
  await writeFile(join(path, 'server.c'), 'int mend;');

  expect(await fingerprintOf(path, 'settings')).not.toBe(before);
  expect(await fingerprintOf(link, 'settings')).toBe(await fingerprintOf(path, 'settings'));
});

test.skipIf(process.platform !== 'linux')('names that are not UTF-8 are read', async () => {
  const path = join(folder, 'latin');
  await mkdir(path);
  await writeFile(Buffer.concat([Buffer.from(`${path}/l`), Buffer.from([0xf6])]), 'one');
  const before = await fingerprintOf(path, 'settings');
  await writeFile(Buffer.concat([Buffer.from(`${path}/l`), Buffer.from([0xf6])]), 'two');

  expect(await fingerprintOf(path, 'settings')).not.toBe(before);
});
