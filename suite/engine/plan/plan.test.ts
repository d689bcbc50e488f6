// In what order behaviours are checked, and what one verdict means for the others.
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { judgedInOrder } from '../../../fixtures/support/judged-in-order.ts';
import { echo, onLoopback, serve } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import {
  behaviour,
  Violation,
  type Behaviour,
  type BehaviourDeclaration,
} from '../../behaviours/behaviour.ts';
import type { Verdict } from '../../events/events.ts';
import type { PlanOptions } from './plan.ts';

/** A behaviour that says one thing and is answered, but for what `more` makes of it. */
const saying = (
  id: string,
  more: Partial<Omit<BehaviourDeclaration, 'given' | 'play' | 'check'>> = {},
): Behaviour => behaviour({ ...madeUp, ...more, id, check: ({ visit }) => visit() });

/** One that fails whatever the server does. */
const failing = (id: string, level: 'must' | 'should' = 'must'): Behaviour =>
  behaviour({
    ...madeUp,
    id,
    level,
    async check({ visit }) {
      await visit();
      throw new Violation('It is wrong.', { kind: 'other', expected: 'right', observed: 'wrong' });
    },
  });

/** Checks all of `behaviours`, one after another, against the server on `port`. */
const verdictsOn = async (
  port: number,
  behaviours: readonly Behaviour[],
  options: Partial<PlanOptions> = {},
): Promise<ReadonlyMap<string, Verdict>> =>
  judgedInOrder(await sessionOn(port), behaviours, options);

const kinds = (verdicts: ReadonlyMap<string, Verdict>): Record<string, string> =>
  Object.fromEntries([...verdicts].map(([id, { kind }]) => [id, kind]));

test('the harmless come first, what could hurt the server last, what is about the run at the end', async () => {
  const verdicts = await verdictsOn(await serve(echo), [
    saying('mine/the-run', { isAboutRun: true }),
    saying('mine/rough', { manner: 'rough' }),
    saying('mine/alone', { manner: 'alone' }),
    saying('mine/gentle'),
  ]);

  expect([...verdicts.keys()]).toEqual(['mine/gentle', 'mine/alone', 'mine/rough', 'mine/the-run']);
});

test('nobody waits for one who only listens, but those that could hurt the server', async () => {
  const listens = behaviour({
    ...madeUp,
    isPatient: true,
    id: 'mine/listens',
    async check({ connect, pause }) {
      await connect();
      await pause(300);
    },
  });
  const behaviours = [
    listens,
    saying('mine/rough', { manner: 'rough' }),
    saying('mine/alone', { manner: 'alone' }),
    saying('mine/gentle'),
  ];
  const port = await serve(echo);

  const besideOthers = await verdictsOn(port, behaviours, { mostLanes: 2 });
  const oneByOne = await verdictsOn(port, behaviours, { mostLanes: 1 });

  const kept = ['mine/alone', 'mine/listens', 'mine/rough'];
  expect([...besideOthers.keys()]).toEqual(['mine/gentle', ...kept]);
  expect([...oneByOne.keys()]).toEqual(['mine/listens', 'mine/gentle', 'mine/alone', 'mine/rough']);
});

test('no fresh server takes the place of a spoilt one to which somebody else still speaks', async () => {
  const pauses = behaviour({
    ...madeUp,
    manner: 'alone',
    isPatient: true,
    id: 'mine/pauses',
    async check({ connect, pause, exchange, letters }) {
      const client = await connect();
      await pause(300);
      await exchange(client, letters(4));
    },
  });
  const spoils = { ...failing('mine/spoils'), manner: 'alone', spoils: true } as const;
  const behaviours = [pauses, spoils, saying('mine/next', { manner: 'alone' })];

  const verdicts = await verdictsOn(await serve(echo), behaviours, { mostLanes: 2 });

  expect([...verdicts.keys()]).toEqual(['mine/spoils', 'mine/pauses', 'mine/next']);
  expect(verdicts.get('mine/pauses')?.kind).toBe('passed');
});

test('what is asked for first comes first among its like, and never before the harmless', async () => {
  const verdicts = await verdictsOn(
    await serve(echo),
    [
      saying('mine/one'),
      saying('mine/other'),
      saying('mine/rough', { manner: 'rough' }),
      saying('mine/rougher', { manner: 'rough' }),
    ],
    { first: new Set(['mine/other', 'mine/rougher']) },
  );

  expect([...verdicts.keys()]).toEqual(['mine/other', 'mine/one', 'mine/rougher', 'mine/rough']);
});

test('what needs a behaviour that failed is blocked by it', async () => {
  const verdicts = await verdictsOn(await serve(echo), [
    failing('mine/answers'),
    saying('mine/answers-twice', { needs: ['mine/answers'] }),
    saying('mine/answers-thrice', { needs: ['mine/answers-twice'] }),
    saying('mine/accepts'),
  ]);

  expect(kinds(verdicts)).toEqual({
    'mine/answers': 'failed',
    'mine/answers-twice': 'blocked',
    'mine/answers-thrice': 'blocked',
    'mine/accepts': 'passed',
  });
});

test('enough failures end the run, and what is left is skipped with the reason', async () => {
  const verdicts = await verdictsOn(
    await serve(echo),
    [failing('mine/first'), failing('mine/second'), saying('mine/third')],
    { bail: 2 },
  );

  expect(verdicts.get('mine/third')).toEqual({
    kind: 'skipped',
    reason: 'the run stopped after 2 failures (--bail)',
  });
});

test('known failures end nothing, nor does what only should be, unless it is asked for', async () => {
  const some = [failing('mine/known'), failing('mine/should', 'should'), saying('mine/last')];
  const options = { bail: 1, known: new Set(['mine/known']) };
  const port = await serve(echo);

  const lenient = await verdictsOn(port, some, options);
  const strict = await verdictsOn(port, some, { ...options, strict: true });

  expect(lenient.get('mine/last')?.kind).toBe('passed');
  expect(strict.get('mine/last')?.kind).toBe('skipped');
});

test('once a server has gone that nobody can start again, nothing more is asked of it', async () => {
  // The run's own clients are let live: the one that is met first, the one that idles, and those that look for room beside it.
  let clients = 0;
  const server = createServer((socket) => {
    clients += 1;
    if (clients <= 18) echo(socket);
    else {
      socket.on('data', () => {
        server.close();
        socket.resetAndDestroy();
      });
    }
  });

  const verdicts = await verdictsOn(await onLoopback(server), [
    saying('mine/kills'),
    saying('mine/after'),
  ]);

  expect(verdicts.get('mine/kills')).toMatchObject({ kind: 'failed', finding: { kind: 'died' } });
  expect(verdicts.get('mine/after')).toEqual({
    kind: 'blocked',
    by: ['robustness/stays-up'],
    reason: 'the server had gone away (robustness/stays-up)',
  });
});
