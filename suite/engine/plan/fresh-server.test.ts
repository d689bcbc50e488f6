// A behaviour that wants a server that was just started, and one that leaves such a server: one start serves both.
import { expect, test } from 'vitest';
import { judgedInOrder } from '../../../fixtures/support/judged-in-order.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionWith } from '../../../fixtures/support/session-with.ts';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { nodeServer } from '../../../targets/launch/launching.ts';
import { behaviour, Violation, type Behaviour } from '../../behaviours/behaviour.ts';

/** Whether the server had been spoken to when `mine/wants` came to it. */
interface Met {
  wasUnmet?: boolean;
}

const some = (met: Met, isWanted: boolean, level: 'holds' | 'fails' = 'holds'): Behaviour[] => [
  behaviour({
    ...madeUp,
    id: 'mine/answers',
    async check({ visit }) {
      await visit();
      if (level === 'holds') return;
      throw new Violation('It is wrong.', { kind: 'other', expected: 'right', observed: 'wrong' });
    },
  }),
  behaviour({ ...madeUp, id: 'mine/resets', manner: 'rough', check: ({ visit }) => visit() }),
  behaviour({
    ...madeUp,
    id: 'mine/wants',
    manner: 'rough',
    uses: ['processes'],
    wantsFresh: () => isWanted,
    async check({ processes, visit }) {
      met.wasUnmet = processes.isUnmet();
      await visit();
    },
  }),
  behaviour({ ...madeUp, id: 'mine/later', manner: 'rough', check: ({ visit }) => visit() }),
  behaviour({
    ...madeUp,
    id: 'mine/stops',
    manner: 'rough',
    uses: ['lifecycle'],
    leavesFresh: true,
    async check({ processes }) {
      await processes.lifecycle?.terminate(1000);
    },
  }),
];

async function judged(
  behaviours: readonly Behaviour[],
): Promise<{ readonly order: string; readonly starts: number }> {
  const target = launchTarget({ command: nodeServer('listen({port});') });
  const verdicts = await judgedInOrder(await sessionWith(target), behaviours);
  const order = [...verdicts.keys()].map((id) => id.replace('mine/', ''));
  return { order: order.join(' '), starts: target.generation };
}

test('what leaves a server that was just started comes right before what wants one', async () => {
  const met: Met = {};

  expect(await judged(some(met, true))).toEqual({
    order: 'answers resets stops wants later',
    starts: 2,
  });
  expect(met.wasUnmet).toBe(true);
});

test('not where none is wanted, and not where something is wrong', async () => {
  const met: Met = {};

  const unwanted = await judged(some(met, false));
  const wrong = await judged(some(met, true, 'fails'));

  expect(unwanted.order).toBe('answers resets wants later stops');
  expect(wrong.order).toBe('answers resets wants later stops');
  expect(met.wasUnmet).toBe(false);
});
