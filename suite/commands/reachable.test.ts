// A server on loopback alone conforms, unless it is asked to be reached by others.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findServer } from '../../fixtures/servers/servers.ts';
import type { Report } from '../events/report.ts';
import { commanded, type Commanded } from './commanded.ts';
import { defineJudge } from './judge.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-reachable-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const id = 'accept/listens-for-others';

async function judged(...words: string[]): Promise<[Commanded, Report]> {
  const running = await findServer('echo')?.listen();
  if (running === undefined) throw new Error('There is no embedded server echo.');
  onTestFinished(() => running.stop());
  const file = join(folder, 'report.json');
  const ended = await commanded(defineJudge, [
    ...['-t', `127.0.0.1:${running.port}`, '-c', 'echo', '-r', 'pretty', '-r', `json=${file}`],
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
