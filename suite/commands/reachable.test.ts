// A server on loopback alone conforms, unless it is asked to be reached by others.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findServer } from '../../fixtures/servers/servers.ts';
import type { Report } from '../events/report.ts';
import { commanded, type Commanded } from './commanded.ts';
import { defineGate } from './gate/gate.ts';
import { defineRecord } from './gate/record.ts';
import { defineGrade } from './grade/grade.ts';
import { defineJudge } from './judge/judge.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-reachable-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const id = 'accept/listens-for-others';

async function judged(...words: string[]): Promise<[Commanded, Report]> {
  const file = join(folder, 'report.json');
  const ended = await commanded(defineJudge, [
    ...['-t', await onLoopback(), '-c', 'echo', '-r', 'pretty', '-r', `json=${file}`],
    ...words,
  ]);
  return [ended, JSON.parse(await readFile(file, 'utf8')) as Report];
}

test('--reachable makes a must of it', async () => {
  const [ended, { behaviours }] = await judged('--only', 'payload/one-message', '--reachable');

  expect(ended.exitCode).toBe(1);
  expect(behaviours.map((one) => [one.id, one.level, one.verdict.kind])).toEqual([
    [id, 'must', 'failed'],
    ['payload/one-message', 'must', 'passed'],
  ]);
  expect(ended.output).toContain('The server listens on 127.0.0.1 alone');
  expect(ended.output).toContain(`--only ${id}`);
});

test('its id alone asks for it, as something that a server may do; its family does not', async () => {
  const [named, report] = await judged('--only', id);
  const [, { behaviours }] = await judged('--only', 'accept/accepts,accept/listens*');

  expect(named.exitCode).toBe(0);
  expect(report.behaviours).toMatchObject([{ id, level: 'may', verdict: { kind: 'failed' } }]);
  expect(behaviours.map((one) => one.id)).toEqual(['accept/accepts']);
});

test('a rubric that names it has it tested, and its points are lost', async () => {
  const [rubric, scores] = [join(folder, 'rubric.yaml'), join(folder, 'gradescope.json')];
  await writeFile(
    rubric,
    `items:\n  - { behaviours: '*', points: 3 }\n  - { behaviours: ${id}, points: 2 }\n`,
  );

  const words = ['--only', 'payload/one-message', '--rubric', rubric];
  const [ended] = await judged(...words, '-r', `gradescope=${scores}`);

  expect(ended.exitCode).toBe(0);
  expect(JSON.parse(await readFile(scores, 'utf8'))).toMatchObject({
    tests: [
      { score: 3, max_score: 3 },
      { score: 0, max_score: 2 },
    ],
  });
});

/** The address of a server on loopback alone, until the test ends. */
async function onLoopback(): Promise<string> {
  const running = await findServer('echo')?.listen();
  if (running === undefined) throw new Error('There is no embedded server echo.');
  onTestFinished(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

/** A server for all who reach the machine: the same, on every address. */
const everywhere = `node -e 'require("net").createServer({ allowHalfOpen: true }, (c) => c.on("error", () => {}).pipe(c)).listen({port}, "0.0.0.0")'`;

test('a gate holds a candidate to it where the reference keeps it, a recorded one too', async () => {
  const candidate = await onLoopback();
  const record = join(folder, 'reference.conform');
  const about = ['-c', 'echo', '--only', 'payload/one-message', '--reachable'];

  await commanded(defineRecord, [
    'record',
    '--reference',
    `launch:${everywhere}`,
    '-o',
    record,
    ...about,
  ]);
  const gates = [`launch:${everywhere}`, `recorded:${record}`, await onLoopback()].map(
    (reference) =>
      commanded(defineGate, ['gate', '--reference', reference, '--candidate', candidate, ...about]),
  );
  const [running, recorded, both] = await Promise.all(gates);

  for (const ended of [running, recorded]) {
    expect(ended?.exitCode).toBe(1);
    expect(ended?.output).toContain(id);
  }
  expect(both?.exitCode).toBe(0);
});

test('a class is graded by it, and told where its rubric has no points for it', async () => {
  const submission = join(folder, 'class', 'ada');
  await mkdir(submission, { recursive: true });
  const server = new URL('../../fixtures/servers/native/asyncio-uppercase.py', import.meta.url);
  await cp(server, join(submission, 'server.py'));
  const rubric = join(folder, 'points.yaml');
  await writeFile(rubric, `items:\n  - { behaviours: payload, points: 3 }\n`);
  const words = [
    'grade',
    join(folder, 'class'),
    '-c',
    'uppercase',
    '--no-container',
    '--reachable',
  ];
  const out = join(folder, 'results');

  const graded = await commanded(defineGrade, [
    ...[...words, '--only', 'payload/one-message', '--out', out],
  ]);

  expect(graded.exitCode).toBe(0);
  expect(await readFile(join(out, 'grades.csv'), 'utf8')).toMatch(/^"ada","graded",1,2,/mu);
  const report = await readFile(join(out, 'submissions', 'ada', 'report.json'), 'utf8');
  expect((JSON.parse(report) as Report).behaviours).toMatchObject([
    { id, level: 'must', verdict: { kind: 'failed' } },
    { id: 'payload/one-message' },
  ]);
  await expect(
    commanded(defineGrade, [...words, '--rubric', rubric, '--out', join(folder, 'none')]),
  ).rejects.toThrow(`--reachable has ${id} tested, and no item of the rubric gives points for it`);
});
