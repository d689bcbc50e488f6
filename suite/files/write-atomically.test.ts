import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile, tryToReplace } from './write-atomically.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomically-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the permissions of a file that is replaced are kept, and nothing stays beside it', () => {
  const file = join(folder, 'report');
  writeFileSync(file, 'of before');
  chmodSync(file, 0o640);

  replaceFile(file, 'new');

  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['report']);
});

test.each([true, false])('a link stays one, its end there already: %s', (isThere) => {
  const file = join(folder, 'report');
  if (isThere) writeFileSync(file, 'of before');
  symlinkSync('report', join(folder, 'link'));

  replaceFile(join(folder, 'link'), 'new');

  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
});

test('what a killed writer left is cleared by the next one, what is just being written is not', () => {
  const [old, young] = ['0', '1'].map((end) => join(folder, `.report.conform-draft-${end}`));
  for (const draft of [old, young]) writeFileSync(draft ?? '', 'half');
  utimesSync(old ?? '', 0, 0);

  replaceFile(join(folder, 'report'), 'new');

  expect(readdirSync(folder)).toEqual(['.report.conform-draft-1', 'report']);
});

test('a device is written to and stays what it is', () => {
  replaceFile('/dev/null', 'new');

  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a trial names the file that was asked for, not what it makes beside it', () => {
  const file = join(folder, 'none', 'report');
  const trial = (): void => {
    tryToReplace(file);
  };

  expect(trial).toThrow(`'${file}'`);
  expect(trial).not.toThrow('conform-draft');
});

test('a trial changes nothing', () => {
  const file = join(folder, 'report');
  writeFileSync(file, 'of before');

  tryToReplace(file);

  expect(readFileSync(file, 'utf8')).toBe('of before');
  expect(readdirSync(folder)).toEqual(['report']);
  expect(() => tryToReplace(folder)).toThrow('EISDIR');
});
