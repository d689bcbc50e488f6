import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { submissionFolder } from '../../grading/outputs/report-address.ts';
import { refuseTakenPlaces } from './result-places.ts';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'result-places-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const look = (): Promise<void> => refuseTakenPlaces(out, 'results', ['ada', 'bob']);

test('results of before, links to files and folders of other names are no obstacle', async () => {
  const folder = submissionFolder(out, 'ada');
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  writeFileSync(join(folder, 'result.json'), '{}');
  writeFileSync(join(out, 'elsewhere'), '');
  symlinkSync('elsewhere', join(out, 'class.json'));

  await expect(look()).resolves.toBeUndefined();
  await expect(refuseTakenPlaces(join(out, 'new'), 'new', ['ada'])).resolves.toBeUndefined();
});

test.each(['class.json', 'class.html', 'grades.csv'])('a folder %s is told', async (name) => {
  mkdirSync(join(out, name));

  await expect(look()).rejects.toThrow(
    `results/${name} is a folder, where a result file has to be: move it away, or give another --out.`,
  );
});

test('a pipe in the place of a result is told, and not waited for', async () => {
  const pipe = join(submissionFolder(out, 'bob'), 'result.json');
  mkdirSync(dirname(pipe), { recursive: true });
  execFileSync('mkfifo', [pipe]);

  await expect(look()).rejects.toThrow(/bob\/result\.json is a pipe, a socket or a device/u);
});
