import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { classOf, gradedSubmission } from '../../../fixtures/golden/class-results.ts';
import { commanded } from '../commanded.ts';
import { UsageError } from '../command.ts';
import { defineGradebook } from './gradebook.ts';

const canvas = new URL('../../../fixtures/platforms/canvas-gradebook.csv', import.meta.url)
  .pathname;

let folder = '';
let out = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conform-gradebook-'));
  out = join(folder, 'filled.csv');
});
afterEach(() => rmSync(folder, { recursive: true }));

type Ran = Awaited<ReturnType<typeof commanded>>;

async function gradebook(
  names: readonly string[],
  words: readonly string[] = [],
  rest: Partial<ReturnType<typeof classOf>> = {},
): Promise<Ran> {
  const result = { ...classOf(names.map((name) => gradedSubmission(name, [6, 1]))), ...rest };
  writeFileSync(join(folder, 'class.json'), JSON.stringify(result));
  const usual = [canvas, '--results', folder, '--out', out, '--column', '7002'];
  return await commanded(defineGradebook, ['gradebook', ...usual, ...words]);
}

test('writes the filled file, and says what is in it', async () => {
  const { exitCode, output, errors } = await gradebook(['lovelaceada_501_1_server', 'zmueller']);

  expect([exitCode, errors]).toEqual([0, '']);
  expect(output).toBe(
    `${out}: the points of 2 submissions are in the Canvas file.\n` +
      '4 participants of the file have no submission; the grades there are as they were.\n',
  );
  const before = readFileSync(canvas, 'utf8');
  const after = before.replace('CS101,5.00,,', 'CS101,5.00,7.00,').replace('4.00,,', '4.00,7.00,');
  expect(readFileSync(out, 'utf8')).toBe(after);
});

test('what cannot be entered is reported, the others are written all the same', async () => {
  const { exitCode, output } = await gradebook(['stranger', 'zmueller'], [], {
    pending: ['late'],
    classSize: 3,
  });

  expect(exitCode).toBe(3);
  expect(output).toContain('not entered: stranger: nobody in the Canvas file is named so.\n');
  expect(output).toContain('not entered: late: it is not graded yet.\n');
  expect(readFileSync(out, 'utf8')).toContain('4.00,7.00,80.00');
});

test('the export itself is never written over', async () => {
  const copy = join(folder, 'copy.csv');
  writeFileSync(copy, readFileSync(canvas));
  writeFileSync(join(folder, 'class.json'), JSON.stringify(classOf([])));
  const words = ['gradebook', copy, '--results', folder, '--out', copy, '--column', '7002'];

  await expect(commanded(defineGradebook, words)).rejects.toThrow(
    `--out ${copy} is the export itself: give another file`,
  );
  expect(readFileSync(copy)).toEqual(readFileSync(canvas));
});

test('a file that is no export is wrong usage, and nothing is written', async () => {
  const table = join(folder, 'table.csv');
  writeFileSync(table, 'name,points\nada,1\n');
  writeFileSync(join(folder, 'class.json'), JSON.stringify(classOf([])));
  const words = ['gradebook', table, '--results', folder, '--out', out];
  const refused = commanded(defineGradebook, words);

  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(
    `${table} cannot be filled in: its first line has "name", "points".\nExpected one of`,
  );
  expect(() => readFileSync(out)).toThrow('ENOENT');
});

test('a folder without a class says which folder is meant', async () => {
  const words = ['gradebook', canvas, '--results', join(folder, 'none'), '--out', out];

  await expect(commanded(defineGradebook, words)).rejects.toThrow(
    /Cannot read the class .*class\.json: it is not there; give the folder that/u,
  );
});
