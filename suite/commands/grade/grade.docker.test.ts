// The example class graded in containers, as an instructor has it: once, for all that is asserted.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engine, missing } from '../../../targets/container/with-engine.ts';
import type { ClassResult, SubmissionResult } from '../../grading/results/class-result.ts';
import { readClass } from '../../grading/results/read-result.ts';

const program = new URL('../../../dist/suite/cli.js', import.meta.url).pathname;
const submissions = fileURLToPath(new URL('../../../fixtures/class/submissions', import.meta.url));

describe.skipIf(engine === undefined)(`the example class, in containers${missing}`, () => {
  let folder = '';
  let exitCode: number | undefined;
  let stderr = '';
  let graded: ClassResult | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conform-class-'));
    const out = join(folder, 'results');
    const only = ['payload/*-message', 'payload/nul-bytes', 'payload/*utf8*', 'payload/every-size']
      .concat(
        'payload/each-byte-value-alone',
        'concurrency/serves-the-second-while-the-first-idles',
      )
      .flatMap((pattern) => ['--only', pattern]);
    const words = ['--contract', 'uppercase', ...only];
    const ended = await execa(
      process.execPath,
      [program, 'grade', submissions, '--out', out, ...words],
      {
        reject: false,
      },
    );
    ({ exitCode, stderr } = ended);
    const file = join(out, 'class.json');
    graded = readClass(await readFile(file, 'utf8'), file);
  }, 900_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const row = (name: string): SubmissionResult => {
    const found = graded?.submissions.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not graded.`);
    return found;
  };

  test('is graded to its end, with nobody left to look at', () => {
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(graded?.submissions).toHaveLength(12);
    expect(new Set(graded?.submissions.map(({ outOf }) => outOf)).size).toBe(1);
  });

  test.each([['ada'], ['boris'], ['chen'], ['dora']])(
    '%s, who is right, has all points',
    (name) => {
      const { outcome, verdict, points, outOf, failed, unjudged } = row(name);

      expect({ outcome, verdict, failed, unjudged }).toEqual({
        outcome: 'graded',
        verdict: 'conforms',
        failed: [],
        unjudged: [],
      });
      expect(points).toBe(outOf);
    },
  );

  test.each([
    ['emil', 'translates-certain-bytes'],
    ['fatima', 'reply-ends-at-nul'],
    ['goran', 'raises-unicode-letters'],
    ['ines', 'serves-one-at-a-time'],
  ])('%s loses points for the mistake %s', (name, cause) => {
    const { outcome, verdict, points, outOf, causes } = row(name);

    expect([outcome, verdict]).toEqual(['graded', 'does-not-conform']);
    expect(causes.map(({ id }) => id)).toContain(cause);
    expect(points).toBeGreaterThan(0);
    expect(points).toBeLessThan(outOf);
  });

  test('hanna, who answers one read and closes, loses points too', () => {
    const { outcome, verdict, points, outOf, causes } = row('hanna');

    expect([outcome, verdict]).toEqual(['graded', 'does-not-conform']);
    expect(causes).not.toEqual([]);
    expect(points).toBeLessThan(outOf);
  });

  test.each([
    ['jonas', /build \(Makefile\) failed/],
    ['leo', /did not listen on a TCP port/],
  ])('%s, who cannot be judged, has none, and is told why', (name, why) => {
    const { outcome, points, message } = row(name);

    expect([outcome, points]).toEqual(['not-built', 0]);
    expect(message).toMatch(why);
  });

  test('kira, who forks and prints without end, hurts nobody', () => {
    const { outcome, points } = row('kira');

    expect(outcome).not.toBe('errored');
    expect(points).toBe(0);
  });
});
