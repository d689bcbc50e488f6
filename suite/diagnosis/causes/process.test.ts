import { expect, test } from 'vitest';
import { failed, passed, started } from '../../../fixtures/support/run-events.ts';
import { withoutLeavers } from '../../behaviours/process/process-cpu.ts';
import { setOffBy } from '../../behaviours/process/spin-starters.ts';
import { echo } from '../../contracts/echo.ts';
import type { Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

const idle = 'process/idle-uses-no-cpu';
const busy: Finding = {
  kind: 'other',
  expected: 'no use of the processor while there is nothing to do',
  observed: 'at least 99 % of the processor time it could get, for seconds',
};
const afterLeavers = failed('process/no-cpu-after-a-client-left', busy);

const named = (...events: readonly RunEvent[]): [string, string][] =>
  diagnose([started(), ...events], echo).map(({ id, confidence }) => [id, confidence]);

test('a server that is busy after clients have left spins there only if it was seen to rest before', () => {
  const setOff = { ...busy, observed: `${busy.observed}; ${setOffBy('ended its side')}` };
  expect(named(passed(idle), failed('process/no-cpu-after-a-client-left', setOff))).toEqual([
    ['spins-at-end-of-file', 'certain'],
  ]);
  // What began it was not seen.
  expect(named(passed(idle), afterLeavers)).toEqual([['spins-at-end-of-file', 'likely']]);
  expect(named(afterLeavers)).toEqual([['spins-at-end-of-file', 'possible']]);
  // Seen of a fresh one, too, from which nobody has left.
  const anyway = { ...busy, observed: `${busy.observed}; ${withoutLeavers}` };
  expect(named(passed(idle), failed('process/no-cpu-after-a-client-left', anyway))).toEqual([
    ['spins-while-idle', 'certain'],
  ]);
  expect(named(failed(idle, busy), afterLeavers)[0]).toEqual(['spins-while-idle', 'certain']);
});
