// What a run pays for what does not come: counted in waits, never in time.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { echo as echoAll } from '../../fixtures/servers/conversations.ts';
import { embedded } from '../../fixtures/servers/embedded.ts';
import { embeddedTarget } from '../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { run } from './run.ts';

async function reportOf(name: string, only: readonly string[]): Promise<Report> {
  const server = findServer(name);
  if (server === undefined) throw new Error(`There is no server ${name}.`);
  const target = embeddedTarget(server);
  onTestFinished(() => target.stop());
  const events: RunEvent[] = [];
  const some = behaviours.filter(({ id, family }) => only.includes(id) || only.includes(family));
  for await (const event of run({ target, behaviours: some, contract: echo, seed: 1, clients: 50 }))
    events.push(event);
  return summarise(events);
}

const inFull = ({ timing }: Report): Readonly<Record<string, number>> =>
  Object.fromEntries((timing?.waits ?? []).map((one) => [one.awaited, one.inFull]));

it('shares the whole of its time out', async () => {
  const { timing, durationMs } = await reportOf('never-closes', ['half-close']);

  const { judgingMs = 0, waitingMs = 0, experimentsMs = 0, startsMs = 0 } = timing ?? {};
  expect(judgingMs + waitingMs + experimentsMs + startsMs).toBe(durationMs);
  expect(waitingMs).toBeGreaterThan(0);
  expect(startsMs).toBeGreaterThanOrEqual(0);
});

it('waits in full but once for a FIN that never comes', async () => {
  const leaves = 'robustness/survives-connect-and-leave';
  const some = ['half-close', 'payload', 'stream/replies-at-once', leaves];
  const report = await reportOf('never-closes', some);

  expect(inFull(report)).toEqual({ fin: 1 });
  // Of five clients that leave without a word none waits for what is known not to come.
  const times = report.timing?.waits.find(({ awaited }) => awaited === 'fin')?.times;
  expect(times).toBeLessThan(12);
  const failed = report.behaviours.filter(({ verdict }) => verdict.kind === 'failed');
  expect(failed.map(({ id }) => id)).toEqual(['half-close/closes-too']);
});

it('waits in full but once for a reply, and for no turn where nobody else is served either', async () => {
  const second = 'concurrency/serves-the-second-while-the-first-idles';
  const report = await reportOf('serves-one-at-a-time', [
    ...['accept/accepts', 'payload/answers', 'payload/one-message', 'half-close'],
    second,
  ]);

  const verdict = report.behaviours.find(({ id }) => id === second)?.verdict;
  expect(verdict?.kind).toBe('failed');
  expect(inFull(report)).toEqual({ reply: 1 });
  expect(verdict).toMatchObject({ tally: { failed: 3, of: 3 } });
});

/** The report of a run over `only`, of a server that is told here. */
async function reportOn(
  serve: Parameters<typeof embedded>[0]['serve'],
  only: readonly string[],
): Promise<Report> {
  const card = { name: 'told-here', contract: 'echo', does: 'As it is told.', fails: [] } as const;
  const target = embeddedTarget(embedded({ ...card, serve }));
  onTestFinished(() => target.stop());
  const events: RunEvent[] = [];
  const some = behaviours.filter(({ id, family }) => only.includes(id) || only.includes(family));
  for await (const event of run({ target, behaviours: some, contract: echo, seed: 1, clients: 50 }))
    events.push(event);
  return summarise(events);
}

const talks = ['payload', 'stream', 'half-close'];

it('tells three silences of a server that answers nobody any more, and waits for no other', async () => {
  const report = await reportOn(() => {
    let clients = 0;
    return async (client) => {
      clients += 1;
      if (clients <= 40) await echoAll(client);
      else await client.left();
    };
  }, talks);

  const failed = report.behaviours.filter(({ verdict }) => verdict.kind === 'failed');
  const blocked = report.behaviours.filter(
    ({ verdict: { kind, ...told } }) =>
      kind === 'blocked' && 'reason' in told && told.reason.includes('nobody any more'),
  );
  expect(failed).toHaveLength(3);
  expect(failed.map(({ verdict }) => 'nobodyAnswered' in verdict)).toEqual([true, true, true]);
  expect(blocked.length).toBeGreaterThan(0);
  expect(report.behaviours.filter(({ verdict }) => verdict.kind === 'errored')).toEqual([]);
  expect(report.causes.map(({ id }) => id)).toEqual(['stops-answering-anybody']);
});

it('holds no silence in a pause of the server against it', async () => {
  const report = await reportOn(() => {
    let clients = 0;
    let pause: Promise<void> | undefined;
    return async (client) => {
      clients += 1;
      if (clients > 40) pause ??= delay(7000);
      await pause;
      await echoAll(client);
    };
  }, talks);

  const came = (kind: string): number =>
    report.behaviours.filter(({ verdict }) => verdict.kind === kind).length;
  expect(came('failed')).toBe(0);
  expect(came('blocked')).toBe(0);
  expect(came('passed')).toBeGreaterThan(15);
});

it('waits for no FIN of a server that goes to its next client without one', async () => {
  const report = await reportOn(() => {
    let turn = Promise.resolve();
    return async (client) => {
      const mine = turn;
      let leaveToNext = (): void => undefined;
      turn = new Promise((resolve) => (leaveToNext = resolve));
      await mine;
      await echoAll(client).finally(leaveToNext);
      await client.left();
    };
  }, ['accept/accepts', 'payload']);

  const fins = report.timing?.waits.find(({ awaited }) => awaited === 'fin');
  expect(fins?.times ?? 0).toBeLessThanOrEqual(12);
  expect(report.behaviours.filter(({ verdict }) => verdict.kind === 'failed')).toEqual([]);
});
