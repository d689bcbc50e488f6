// Which failures are held again to find their law.
import { expect, test } from 'vitest';
import { talk } from '../../../fixtures/support/run-events.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { behaviours, type BehaviourId } from '../../behaviours/behaviours.ts';
import type { Failed } from '../../events/events.ts';
import { subjectOf } from './subject-of.ts';

function failedBySilence(awaited: 'reply' | 'fin'): Failed {
  const nothing = { hex: '', offset: 0, length: 0 };
  return {
    kind: 'failed',
    summary: 'It failed.',
    finding: { kind: 'silence', awaited, waitedMs: 9, expected: nothing, observed: nothing },
    conversation: [talk('kl', '')],
    tally: { failed: 3, of: 3 },
    hint: '',
    again: { command: '', token: '' },
  };
}

/** What is done in the conversation that is held again where that behaviour fails; undefined where none is. */
function heldAgain(id: BehaviourId, awaited: 'reply' | 'fin' = 'reply') {
  const behaviour: Behaviour | undefined = behaviours.find((one) => one.id === id);
  if (behaviour === undefined) throw new Error(`There is no ${id}.`);
  return subjectOf(
    behaviour,
    failedBySilence(awaited),
    (byteCount) => Buffer.alloc(byteCount),
    ({ length }) => length,
  )?.steps.map((step) => step.do);
}

test('what hangs on how long a client said nothing is not held again without that time', () => {
  expect(heldAgain('half-close/does-not-close-first')).toBeDefined();
  expect(heldAgain('half-close/keeps-clients-that-say-nothing')).toBeUndefined();
});

test('a reply that does not come is waited for again, a FIN is not: no experiment would miss it', () => {
  expect(heldAgain('half-close/closes-too', 'reply')).toBeDefined();
  expect(heldAgain('half-close/closes-too', 'fin')).toBeUndefined();
});
