// Processes that are given one submission after another: real ones, of the built program.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readProcesses } from '../../../targets/processes/process-table.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { choiceOf } from '../../contracts/choice.ts';
import { echo } from '../../contracts/echo.ts';
import { plainClassRubric } from '../rubric/class-rubric.ts';
import { Workers, type WorkerEnd } from './workers.ts';
import type { Job } from './worker-protocol.ts';

const limitMs = 60_000;

const right = `
require('net').createServer((client) => client.pipe(client)).listen(Number(process.argv[2]));
`;

/** It ends the process that grades it, when its first client comes. */
const killer = `
const { readFileSync } = require('fs');
let pid = process.ppid;
while (pid > 1 && !readFileSync('/proc/' + pid + '/cmdline', 'latin1').includes('worker.js')) {
  pid = Number(readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ')[1].split(' ')[1]);
}
require('net').createServer(() => process.kill(pid, 'SIGKILL')).listen(Number(process.argv[2]));
`;

function isWorker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('worker/worker.js');
  } catch {
    return false;
  }
}

describe.skipIf(process.platform !== 'linux')(
  'the processes of a class',
  { timeout: limitMs },
  () => {
    let folder = '';
    let workers = new Workers();
    let jobs = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'conform-workers-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    beforeEach(() => {
      workers = new Workers();
    });
    afterEach(() => workers.close());

    async function graded(program: string, mayBeFollowed = true): Promise<WorkerEnd> {
      jobs += 1;
      const place = (name: string): string => join(folder, `${name}-${jobs}`);
      const [path, workFolder, outFolder] = [place('handed-in'), place('work'), place('out')];
      for (const one of [path, workFolder, outFolder]) await mkdir(one);
      await writeFile(join(path, 'server.js'), program);
      const judged = behaviours.filter(({ id }) => id === 'payload/one-message');
      const job: Job = {
        type: 'grade',
        source: { name: `submission-${jobs}`, path, kind: 'folder' },
        fingerprint: 'a'.repeat(64),
        settings: {
          contract: choiceOf(echo),
          config: null,
          behaviours: judged.map(({ id }) => id),
          rubric: plainClassRubric(echo, judged),
          ...{ seed: 1, cases: 3, timeoutMs: null, inContainer: false, template: null },
          ...{ buildLimitMs: 20_000, buildNetwork: false, deadlineMs: limitMs },
        },
        ...{ workFolder, outFolder, isShared: false, mayBeFollowed },
      };
      const { signal } = new AbortController();
      const quiet = (): Promise<void> => Promise.resolve();
      return await workers.grade(job, { signal, quiet, turn: quiet, onSign: () => undefined });
    }

    const earned = (end: WorkerEnd): unknown =>
      end.kind === 'result' ? [end.result.outcome, end.result.points] : end;

    /** Those that grade and were started by this process. */
    const living = (): number[] =>
      (readProcesses() ?? [])
        .filter(({ pid, parent }) => parent === process.pid && isWorker(pid))
        .map(({ pid }) => pid);

    test('one that has graded is given the next submission, and ends with the class', async () => {
      const first = await graded(right);
      const waiting = living();
      const second = await graded(right);

      expect([earned(first), earned(second)]).toEqual([
        ['graded', 1],
        ['graded', 1],
      ]);
      expect(waiting).toHaveLength(1);
      expect(living()).toEqual(waiting);
      await workers.close();
      expect(living()).toEqual([]);
    });

    test('one that died while it waited costs nobody anything', async () => {
      await graded(right);
      for (const pid of living()) process.kill(pid, 'SIGKILL');

      expect(earned(await graded(right))).toEqual(['graded', 1]);
    });

    test('who ends the process that grades it loses its own row, and the next one nothing', async () => {
      await graded(right);
      const lost = await graded(killer);

      expect([lost.kind, lost.kind === 'lost' ? lost.reason : '']).toEqual([
        'lost',
        expect.stringContaining('SIGKILL'),
      ]);
      expect(earned(await graded(right))).toEqual(['graded', 1]);
    });

    test('one that may not be followed ends', async () => {
      await graded(right, false);

      expect(living()).toEqual([]);
    });
  },
);
