// Which failures are held again to find their law.
import { expect, test } from 'vitest';
import { talk } from '../../fixtures/support/run-events.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours, type BehaviourId } from '../behaviours/behaviours.ts';
import type { Failed } from '../events/events.ts';
import { subjectOf } from './subject-of.ts';

const verdict: Failed = {
  kind: 'failed',
  summary: 'It failed.',
  finding: { kind: 'silence', awaited: 'reply', waitedMs: 9, ...sides() },
  conversation: [talk('kl', '')],
  tally: { failed: 3, of: 3 },
  hint: '',
  again: { command: '', token: '' },
};

function sides() {
  const nothing = { hex: '', offset: 0, length: 0 };
  return { expected: nothing, observed: nothing };
}

/** Whether there is a conversation to be held again where that behaviour fails. */
function isHeldAgain(id: BehaviourId): boolean {
  const behaviour: Behaviour | undefined = behaviours.find((one) => one.id === id);
  if (behaviour === undefined) throw new Error(`There is no ${id}.`);
  return (
    subjectOf(
      behaviour,
      verdict,
      (byteCount) => Buffer.alloc(byteCount),
      ({ length }) => length,
    ) !== undefined
  );
}

test('what hangs on how long a client said nothing is not held again without that time', () => {
  expect(isHeldAgain('half-close/does-not-close-first')).toBe(true);
  expect(isHeldAgain('half-close/keeps-clients-that-say-nothing')).toBe(false);
});
