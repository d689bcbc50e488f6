// What a person may name instead of a file, read by the reader of all commands.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../commands/command.ts';
import { readGiven } from '../commands/options/given-file.ts';
import { isDirectory } from '../commands/merge/merge-parts.ts';
import { whyUnreadable } from './unreadable.ts';

let folder = '';
const server = createServer();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unreadable-'));
  mkdirSync(join(folder, 'folder'));
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  writeFileSync(join(folder, 'file'), '');
  writeFileSync(join(folder, 'huge'), '');
  truncateSync(join(folder, 'huge'), 65 * 1024 * 1024);
  server.listen(join(folder, 'socket'));
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['folder', 'it is a folder.'],
  ['loop', 'its links form a loop.'],
  ['dangling', 'there is no such file.'],
  ['file/below', 'a part of its path is not a folder.'],
  ['socket', 'it is a socket or an unserved device, not a file.'],
  ['huge', 'it is larger than 64 MiB, the most that conform reads.'],
  ['x'.repeat(300), 'its name is too long.'],
])('%s is told as what it is', async (name, words) => {
  const file = join(folder, name);

  await expect(readGiven(file, { what: 'the template' })).rejects.toThrow(
    new UsageError(`Cannot read the template ${file}: ${words}`),
  );
});

test('a pipe is read', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [text] = await Promise.all([
    readGiven(pipe),
    (async () => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(pipe, 'written');
    })(),
  ]);

  expect(text).toBe('written');
});

test('parts that are no files are told by the same words', async () => {
  const loop = join(folder, 'loop');
  await expect(isDirectory([loop])).rejects.toThrow(`Cannot read ${loop}: its links form a loop.`);
  await expect(isDirectory([join(folder, 'none')])).rejects.toThrow('There is no ');
});

test('an error that has no code is told by its message', () => {
  expect(whyUnreadable(new Error('It broke.'))).toBe('It broke');
  expect(whyUnreadable(Object.assign(new Error('?'), { code: 'EODD' }))).toBe(
    'the system says EODD',
  );
});
