// What a report says of when a server went, and how often, is true of each sentence beside it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchTarget } from '../../targets/launch/launch.ts';
import { nodeServer } from '../../targets/launch/launching.ts';
import { behaviours, type BehaviourId } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { run } from './run.ts';

it('a server that dies when its client has left is not said to have died while it spoke', async () => {
  const target = launchTarget({
    command: nodeServer(`
      require("node:net")
        .createServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket)
          .on("close", () => process.kill(process.pid, "SIGSEGV")))
        .listen({port}, "127.0.0.1");`),
  });
  onTestFinished(() => target.stop());
  const ids = ['payload/answers', 'robustness/stays-up'];
  const chosen = behaviours.filter(({ id }) => ids.includes(id));
  const events: RunEvent[] = [];

  for await (const event of run({ target, contract: echo, behaviours: chosen })) events.push(event);

  const { verdict } = summarise(events).behaviours.find(({ id }) => id === ids[1]) ?? {};
  expect(verdict).toMatchObject({
    kind: 'failed',
    summary: expect.stringMatching(
      /^The server was killed by SIGSEGV, during .+ or right after\.( It was started again, and went down again\.)?$/u,
    ) as string,
  });
}, 60_000);

/** The report on a server that an error of a connection ends, and that starts once only. */
async function startedOnce(ids: readonly BehaviourId[]): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'started-once-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const target = launchTarget({
    command: nodeServer(`
      require("node:fs").mkdirSync(${JSON.stringify(join(folder, 'started'))});
      require("node:net")
        .createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
        .listen({port}, "127.0.0.1");`),
  });
  onTestFinished(() => target.stop());
  const chosen = behaviours.filter(({ id }) => ids.some((one) => one === id));
  const events: RunEvent[] = [];

  for await (const event of run({ target, contract: echo, behaviours: chosen })) events.push(event);

  return summarise(events);
}

it('a server that died and cannot be started again has failed, and is not tested further', async () => {
  const [killer, next] = [
    'robustness/survives-reset-at-once',
    'robustness/survives-reset-mid-message',
  ] as const;

  const report = await startedOnce(['payload/answers', killer, next, 'robustness/stays-up']);

  expect(report).toMatchObject({ verdict: 'does-not-conform', unreachable: null, cutShort: null });
  const verdicts = new Map(report.behaviours.map(({ id, verdict }) => [id, verdict]));
  expect(verdicts.get('payload/answers')).toMatchObject({ kind: 'passed' });
  expect(verdicts.get(killer)).toMatchObject({ kind: 'failed', finding: { kind: 'died' } });
  expect(verdicts.get(next)).toMatchObject({ kind: 'blocked', by: ['robustness/stays-up'] });
  expect(verdicts.get('robustness/stays-up')).toMatchObject({ kind: 'failed' });
  expect(report.notices).toContainEqual(
    expect.stringMatching(/^The server could not be started again\. /u),
  );
}, 60_000);
