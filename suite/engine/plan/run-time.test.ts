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
function busyRun(starts: string[]): RunTime {
  let cpuMs = 0;
  const session = {
    stretch: 10,
    target: { generation: 1 },
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
  const verdicts = { failures: 1, passes: 0 };
  return new RunTime(
    session as unknown as Session,
    verdicts as unknown as Verdicts,
    () => undefined,
  );
}

test('of two that begin together neither gets a fresh server, and nobody begins before one is there', async () => {
  const starts: string[] = [];
  const time = busyRun(starts);
  const underWay = new Set<string>();
  const begin = async (name: string): Promise<void> => {
    underWay.add(name);
    await time.relieve(one, () => underWay.size === 1);
    starts.push(name);
  };
  await begin('first');
  await awake(1600);

  await Promise.all([begin('second'), begin('third')]);
  expect(starts).toEqual(['first', 'second', 'third']);

  underWay.clear();
  const alone = begin('fourth');
  await awake(5);
  await Promise.all([alone, begin('fifth')]);
  expect(starts.slice(3)).toEqual(['begins', 'ends', 'fourth', 'fifth']);
});
