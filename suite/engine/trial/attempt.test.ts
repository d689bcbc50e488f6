// What one try of a check comes to: each outcome by a check and a server that lead to it.
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { awake } from '../../../clients/awake.ts';
import { closedPort, echo, listening, serve } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import {
  behaviour,
  Untested,
  Violation,
  type Behaviour,
  type Passed,
  type World,
} from '../../behaviours/behaviour.ts';
import { attempt } from './attempt.ts';

const loud = { kind: 'other', expected: 'quiet', observed: 'noise' } as const;

/** A behaviour whose check is `check`, about findings of any kind but a refused connect. */
const checking = (check: (world: World) => Passed): Behaviour => behaviour({ ...madeUp, check });

const saysHello = checking(async ({ connect, exchange, letters }) => {
  await exchange(await connect(), letters(5));
});

test('a check that returns has held, and what it says is kept', async () => {
  const session = await sessionOn(await serve(echo));
  const remarks = checking(async (world) => {
    await world.visit();
    return 'it was quick';
  });

  const outcome = await attempt(session, remarks);

  expect(outcome).toMatchObject({ kind: 'held', note: 'it was quick' });
  const clients = outcome.kind === 'held' ? outcome.conversation : [];
  expect(clients.map(({ client }) => client)).toEqual(['A']);
});

test('a wrong reply breaks it, and the conversation is told', async () => {
  const wrong = (socket: Socket): void => void socket.on('data', () => socket.write('wrong'));
  const session = await sessionOn(await serve(wrong));

  const outcome = await attempt(session, saysHello);

  expect(outcome).toMatchObject({
    kind: 'broken',
    violation: { finding: { kind: 'bytes' } },
    gone: undefined,
  });
  expect(outcome.kind === 'broken' && outcome.conversation).toHaveLength(1);
});

test('a fresh server that a check has asked for is there before anybody is tried again', async () => {
  const session = await sessionOn(await serve(echo));
  const starts: string[] = [];
  Object.assign(session.target, {
    restartable: true,
    restart: async () => {
      await awake(40);
      starts.push('there');
    },
  });
  const leavesItToCome = checking((world) => {
    void world.processes.renew(0);
    return Promise.resolve(undefined);
  });

  expect(await attempt(session, leavesItToCome)).toMatchObject({ kind: 'held' });

  expect(starts).toEqual(['there']);
});

test('nobody who listens is nobody who was tried', async () => {
  const port = await serve(echo);
  const session = await sessionOn(port);
  Object.assign(session.target.address, { port: await closedPort() });

  expect(await attempt(session, saysHello)).toEqual({ kind: 'absent' });
});

test('what the behaviour does not speak of stands in its way', async () => {
  const session = await sessionOn(await serve(echo));
  const aboutBytes = behaviour({
    ...madeUp,
    finds: ['bytes'],
    check: () => Promise.reject<undefined>(new Violation('It was loud.', loud)),
  });

  expect(await attempt(session, aboutBytes)).toMatchObject({
    kind: 'hindered',
    violation: { message: 'It was loud.' },
  });
});

test('what a check could not try is said in its words', async () => {
  const session = await sessionOn(await serve(echo));
  const untried = checking(() => Promise.reject<undefined>(new Untested('the server is too slow')));

  expect(await attempt(session, untried)).toEqual({
    kind: 'untested',
    reason: 'the server is too slow',
  });
});

test('an error of our own is no fault of the server', async () => {
  const session = await sessionOn(await serve(echo));
  const broken = checking(() =>
    Promise.reject<undefined>(new TypeError('undefined is not a function')),
  );

  expect(await attempt(session, broken)).toEqual({
    kind: 'spoiled',
    reason: 'conform’s own side failed: undefined is not a function',
  });
});

test('the end of the run ends it, whatever it waits for, and closes its clients', async () => {
  const { port, open } = await listening();
  const session = await sessionOn(port);
  const waits = checking(async ({ connect, pause }) => {
    await connect();
    await pause(60_000);
  });

  const trying = attempt(session, waits);
  await expect.poll(() => open.size).toBe(1);
  session.end();

  expect(await trying).toMatchObject({ kind: 'spoiled', reason: 'the run is over' });
  await expect.poll(() => open.size).toBe(0);
});
