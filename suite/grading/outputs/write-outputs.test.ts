import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleClass, hostileClass } from '../../../fixtures/golden/class-results.ts';
import { diagnosed } from '../../../fixtures/golden/runs.ts';
import { reportAddress, submissionFolder } from './report-address.ts';
import { writeAtomically } from '../../files/write-atomically.ts';
import { writeClassOutputs, writeSubmissionOutputs } from './write-outputs.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conform-outputs-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the files', () => {
  test('of a class are three, and class.json holds it as it is', async () => {
    const hostile = hostileClass('\u202e<script>\u0000=1');
    for (const result of [exampleClass, hostile]) {
      await writeClassOutputs(result, join(folder, 'class'));

      expect((await readdir(join(folder, 'class'))).sort()).toEqual([
        'class.html',
        'class.json',
        'grades.csv',
      ]);
      const json = await readFile(join(folder, 'class', 'class.json'), 'utf8');
      expect(JSON.parse(json)).toEqual(result);
    }
  });

  test('of every submission stand where the page of the class leads', async () => {
    const [first] = hostileClass('a/../b?c#d%2f').submissions;
    if (first === undefined) throw new Error('no submission');
    const place = submissionFolder(join(folder, 'led'), first.name);
    await writeSubmissionOutputs(
      { result: first, events: diagnosed.events, rubric: null, reveal: 'hint' },
      place,
    );

    expect((await readdir(place)).sort()).toEqual(['report.html', 'report.md', 'results.json']);
    const led = new URL(reportAddress(first.name), `file://${join(folder, 'led')}/class.html`);
    const page = await readFile(led, 'utf8');
    expect(page).toContain('<title>a/../b?c#d%2f: does not conform</title>');
    expect(page).not.toContain('--only payload/nul-bytes');
  });

  test('are of one that was never judged too', async () => {
    for (const result of exampleClass.submissions.filter(({ outcome }) => outcome !== 'graded')) {
      const place = submissionFolder(join(folder, 'ungraded'), result.name);
      await writeSubmissionOutputs({ result, events: null, rubric: null, reveal: 'full' }, place);
      expect(await readdir(place)).toHaveLength(3);
    }
  });

  test('leave no draft behind when they cannot be written', async () => {
    const place = join(folder, 'taken');
    await mkdir(join(place, 'file', 'inside'), { recursive: true });

    expect(() => writeAtomically(join(place, 'file'), 'text')).toThrow(/EISDIR|ENOTEMPTY/u);
    expect(await readdir(place)).toEqual(['file']);
  });
});
