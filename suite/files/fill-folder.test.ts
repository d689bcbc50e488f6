import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillFolder, filledWith } from './fill-folder.ts';
import { draftMark } from './write-atomically.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'fill-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('puts all in its place, in a folder that was not there', async () => {
  const folder = join(parent, 'new/out');

  await fillFolder(folder, 'last', (draft) => {
    mkdirSync(join(draft, 'sub'));
    for (const name of ['first', 'last', 'sub/deep']) writeFileSync(join(draft, name), name);
    return Promise.resolve();
  });

  expect([...filledWith(folder)].sort()).toEqual(['first', 'last', 'sub']);
  expect(readdirSync(join(folder, 'sub'))).toEqual(['deep']);
});

test('leaves nothing of what was not finished', async () => {
  const failing = fillFolder(parent, 'last', (draft) => {
    writeFileSync(join(draft, 'half'), '');
    return Promise.reject(new Error('the disk is full'));
  });

  await expect(failing).rejects.toThrow('the disk is full');
  expect(readdirSync(parent)).toEqual([]);
});

test('clears away what a killed process left, and nothing of one that lives', () => {
  const { pid: dead } = spawnSync('true');
  for (const pid of [dead, process.ppid]) mkdirSync(join(parent, `${draftMark}${pid}`));

  expect(filledWith(parent)).toEqual([]);

  expect(existsSync(join(parent, `${draftMark}${dead}`))).toBe(false);
  expect(existsSync(join(parent, `${draftMark}${process.ppid}`))).toBe(true);
});
