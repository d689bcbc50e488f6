// A server that answers nobody for a while is not blamed for the silences of that time.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { serve } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import { behaviour } from '../../behaviours/behaviour.ts';
import type { Session } from '../session/session.ts';
import { checkBehaviour, type Checked } from './check-behaviour.ts';

const generousMs = 1000;

interface Pausing {
  readonly session: Session;
  /** Checks a behaviour that exchanges one message, and pauses the server whenever `isPausing` picks a try of it. */
  readonly check: (pauseMs: number, isPausing: (nth: number) => boolean) => Promise<Checked>;
}

/** A server that echoes, and answers nobody while it pauses. */
async function pausing(): Promise<Pausing> {
  let pause = Promise.resolve();
  const port = await serve((socket) => {
    socket.on('data', (bytes: Buffer) => void pause.then(() => socket.write(bytes)));
    socket.on('end', () => void pause.then(() => socket.end()));
  });
  const session = await sessionOn(port, { generousMs });
  session.learnServesTogether(true);
  await session.meetOne();
  const check = (pauseMs: number, isPausing: (nth: number) => boolean): Promise<Checked> => {
    let tries = 0;
    const exchanging = behaviour({
      ...madeUp,
      async check({ connect, exchange, letters }) {
        const client = await connect();
        tries += 1;
        if (isPausing(tries)) pause = delay(pauseMs);
        await exchange(client, letters(5));
      },
    });
    return checkBehaviour(session, exchanging, {
      given: undefined,
      isAlone: () => true,
      hadCompany: () => false,
      untilAlone: () => Promise.resolve(),
      again: () => 'conform again',
    });
  };
  return { session, check };
}

const first = (nth: number): boolean => nth === 1;
const passedAfterAPause = {
  kind: 'judged',
  verdict: {
    kind: 'passed',
    note: 'the server answered nobody for a while, and this was tested again after that',
  },
};

test('what fails while nobody is answered is tried again once somebody is', async () => {
  const { session, check } = await pausing();

  expect(await check(2.5 * generousMs, first)).toEqual(passedAfterAPause);
  // Nor is it believed of other replies that they do not come.
  expect(session.deadlines.isAbsent('reply')).toBe(false);
});

test('so is what failed in a pause that is over by then', async () => {
  const { check } = await pausing();

  expect(await check(1.05 * generousMs, first)).toEqual(passedAfterAPause);
});

test('one message that brings about a pause each time has failed', async () => {
  const { check } = await pausing();

  expect(await check(1.4 * generousMs, () => true)).toMatchObject({
    kind: 'judged',
    verdict: { kind: 'failed', finding: { kind: 'silence' } },
  });
});
