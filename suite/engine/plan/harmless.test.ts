// What lies beside a client that waits, and what has to come before it.
import { expect, onTestFinished, test } from 'vitest';
import { judgedInOrder } from '../../../fixtures/support/judged-in-order.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionWith } from '../../../fixtures/support/session-with.ts';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { nodeServer } from '../../../targets/launch/launching.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import type { Target } from '../../../targets/target.ts';
import {
  behaviour,
  Violation,
  type Behaviour,
  type BehaviourDeclaration,
  type World,
} from '../../behaviours/behaviour.ts';
import { leadTo } from './harmless.ts';

const one = (
  id: string,
  more: Partial<Omit<BehaviourDeclaration, 'given' | 'play' | 'check'>> = {},
  check: (world: World) => Promise<void> = ({ visit }) => visit(),
): Behaviour => behaviour({ ...madeUp, ...more, id, check });

const broken = (): Promise<void> =>
  Promise.reject(
    new Violation('It is wrong.', { kind: 'other', expected: 'right', observed: 'wrong' }),
  );

/** Waits for so long that all others have come and gone. */
const waiter = one(
  'mine/waits',
  { manner: 'alone', isPatient: true, needs: ['mine/large'], besideAllAfter: ['mine/crowd'] },
  async ({ connect, pause }) => {
    await connect();
    await pause(400);
  },
);

const suite = (large?: typeof broken): Behaviour[] => [
  one('mine/letters'),
  one('mine/answers'),
  one('mine/in-turn', { manner: 'alone' }),
  one('mine/large', { manner: 'alone', needs: ['mine/answers'] }, large),
  waiter,
  one('mine/crowd', { manner: 'alone' }),
  one('mine/resets', { manner: 'rough' }),
];

/** In which order `behaviours` are judged, and how often the server was started. */
async function judged(
  target: Target,
  behaviours: readonly Behaviour[],
  mostLanes = 2,
): Promise<{ readonly order: readonly string[]; readonly starts: number }> {
  const verdicts = await judgedInOrder(await sessionWith(target), behaviours, { mostLanes });
  return {
    order: [...verdicts.keys()].map((id) => id.replace('mine/', '')),
    starts: target.generation,
  };
}

const launched = (): Target => launchTarget({ command: nodeServer('listen({port});') });

test('one who waits is begun once it is in nobody’s way, and the harmless lie beside it', async () => {
  const { order } = await judged(launched(), suite());

  expect(order).toEqual(['answers', 'large', 'crowd', 'letters', 'in-turn', 'waits', 'resets']);
});

test('where others may have brought about that it failed, it is tried again when all of them are through', async () => {
  let tries = 0;
  const disturbed = one(
    'mine/waits',
    { manner: 'alone', isPatient: true, needs: ['mine/large'], besideAllAfter: ['mine/crowd'] },
    async ({ visit }) => {
      await visit();
      tries += 1;
      if (tries > 1) return;
      throw new Violation('It was ended.', { kind: 'other', expected: 'all', observed: 'less' });
    },
  );
  const some = suite().map((each) => (each.id === disturbed.id ? disturbed : each));

  const { order } = await judged(launched(), some);

  expect(order).toEqual(['answers', 'large', 'crowd', 'letters', 'in-turn', 'waits', 'resets']);
  expect(tries).toBe(2);
});

test('what does not pass before it may have hurt the server: the others meet a fresh one', async () => {
  const classic = await judged(launched(), suite(), 1);

  const { order, starts } = await judged(launched(), suite(broken));

  expect(order).toEqual(['answers', 'large', 'letters', 'in-turn', 'waits', 'crowd', 'resets']);
  expect(starts).toBe(classic.starts + 1);
});

test('a server that nobody can start again meets the harmless first, and so does one that fails early', async () => {
  const running = launched();
  await running.start();
  onTestFinished(() => running.stop());
  const { order } = await judged(addressTarget(running.address), suite());
  const usual = ['letters', 'answers', 'in-turn', 'large', 'crowd', 'waits', 'resets'];
  expect(order).toEqual(usual);

  const early = suite().map((some) =>
    some.id === 'mine/answers' ? one('mine/answers', {}, broken) : some,
  );
  const { order: failed, starts } = await judged(launched(), early);

  expect(failed.slice(0, 3)).toEqual(['answers', 'letters', 'in-turn']);
  expect(starts).toBe(1);
});

test('it is led to by all that it needs, and by nothing that nobody is there to show', () => {
  const [letters, answers, inTurn, large, , crowd] = suite();
  const some = [letters, answers, inTurn, large, crowd].filter((each) => each !== undefined);

  expect(leadTo(waiter, some)?.map(({ id }) => id)).toEqual([
    'mine/answers',
    'mine/large',
    'mine/crowd',
  ]);
  expect(leadTo(waiter, some.slice(0, 4))).toBeUndefined();
});
