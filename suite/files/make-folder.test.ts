import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder } from './make-folder.ts';

function ground(): string {
  const folder = mkdtempSync(join(tmpdir(), 'conform-folder-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

it('makes a folder with those that it stands in, and lets one be that is there', () => {
  const folder = join(ground(), 'a', 'b', 'c');

  makeFolder(folder);
  makeFolder(folder);

  expect(existsSync(folder)).toBe(true);
});

it('says that a file is in the way', () => {
  const file = join(ground(), 'file');
  writeFileSync(file, '');

  expect(() => {
    makeFolder(file);
  }).toThrow('EEXIST');
  expect(() => {
    makeFolder(join(file, 'folder'));
  }).toThrow('ENOTDIR');
});

it('says that a link leads nowhere', () => {
  const link = join(ground(), 'link');
  symlinkSync('/nowhere/at/all', link);

  expect(() => {
    makeFolder(link);
  }).toThrow('EEXIST');
});

it.skipIf(process.platform !== 'linux')('comes to an end where nothing can be made', () => {
  expect(() => {
    makeFolder('/proc/conform/reports');
  }).toThrow('ENOENT');
});
