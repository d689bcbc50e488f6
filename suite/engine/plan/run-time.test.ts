// A fresh server in the place of one that keeps the machine busy: not while anybody speaks to that.
import { expect, test } from 'vitest';
import { awake } from '../../../clients/awake.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { behaviour } from '../../behaviours/behaviour.ts';
import type { Session } from '../session/session.ts';
import { RunTime } from './run-time.ts';
import type { Verdicts } from './verdicts.ts';

const one = behaviour({ ...madeUp, check: () => Promise.resolve(undefined) });

/** A busy machine, and a server that has used `cpuMs` so far: more than its clients could ask for. */
function busyRun(
  starts: string[],
  { failures, isFinAbsent } = { failures: 1, isFinAbsent: false },
): RunTime {
  let cpuMs = 0;
  const session = {
    stretch: 10,
    target: { generation: 1 },
    deadlines: { isAbsent: () => isFinAbsent },
    learned: { worksForThoseWhoLeft: false, sawWorkForThoseWhoLeft: () => starts.push('known') },
    life: {
      canRevive: true,
      snapshot: () => Promise.resolve({ kind: 'seen', cpuMs: (cpuMs += 1e6) }),
      revive: async () => {
        starts.push('begins');
        await awake(20);
        starts.push('ends');
      },
    },
  };
  const verdicts = { failures, passes: 0 };
  return new RunTime(
    session as unknown as Session,
    verdicts as unknown as Verdicts,
    () => undefined,
  );
}

test('a fresh server comes when nobody speaks to this one, and nobody begins before it is there', async () => {
  const starts: string[] = [];
  const time = busyRun(starts);
  const speaking = { count: 0 };
  const begin = async (name: string): Promise<void> => {
    await time.relieve(one, async () => {
      starts.push(`waits for ${speaking.count}`);
      while (speaking.count > 0) await awake(5);
    });
    starts.push(name);
  };
  await begin('first');
  speaking.count = 1;
  await awake(1600);

  const [second, third] = [begin('second'), begin('third')];
  await awake(50);
  expect(starts).toEqual(['first', 'waits for 1']);

  speaking.count = 0;
  await Promise.all([second, third]);
  expect(starts.slice(2)).toEqual(['begins', 'ends', 'second', 'third']);
});

test('a server that works for clients whose end it did not answer is known by it, failed or not', async () => {
  const starts: string[] = [];
  const time = busyRun(starts, { failures: 0, isFinAbsent: true });
  await time.relieve(one, () => Promise.resolve());
  expect(starts).toEqual([]);
  await awake(1600);

  await time.relieve(one, () => Promise.resolve());

  expect(starts).toEqual(['known', 'begins', 'ends']);
});

test('as long as nothing has failed, one that ends its conversations is not started anew', async () => {
  const starts: string[] = [];
  const time = busyRun(starts, { failures: 0, isFinAbsent: false });
  await time.relieve(one, () => Promise.resolve());
  await awake(1600);

  await time.relieve(one, () => Promise.resolve());

  expect(starts).toEqual([]);
});
