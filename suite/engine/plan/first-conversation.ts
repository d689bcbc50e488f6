// Judges by the first conversation alone: some servers serve one client and are gone, and what was
// seen of them counts.
import { whyNot } from './applies.ts';
import { Violation, type Behaviour } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Verdict } from '../../events/events.ts';
import type { FirstConversation } from '../../behaviours/first-conversation.ts';
import type { Target } from '../../../targets/target.ts';

const unasked = 'the server served its one client and is gone, so this could not be tested';
const untyped =
  'a person is not asked to type that much: have conform start the server (--launch, --build, --document)';

/** The verdict that the first conversation carries on `behaviour`: skipped where it carries none. */
export function judgeByFirst(
  behaviour: Behaviour,
  first: FirstConversation,
  contract: Contract,
  target: Target,
): Verdict {
  const skip = whyNot(behaviour, contract, target, undefined);
  if (skip !== undefined) return { kind: 'skipped', reason: skip };
  const untold: Verdict = {
    kind: 'skipped',
    reason: target.console?.patienceMs === undefined ? unasked : untyped,
    untested: true,
  };
  const { checkFirst } = behaviour;
  if (checkFirst === undefined) return untold;
  try {
    const isTold = checkFirst(first, contract);
    return isTold ? { kind: 'passed', note: 'seen in the server’s first conversation' } : untold;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return {
      kind: 'failed',
      summary: error.message,
      finding: error.finding,
      conversation: [first.record],
      tally: { failed: 1, of: 1 },
      hint: behaviour.hint,
      again: { command: 'start the server again and repeat the run', token: '' },
    };
  }
}
