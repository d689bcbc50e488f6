// What is about the run as a whole, judged when all else is: whether the server is still there, and how it went.
import type { Behaviour, Violation } from '../../behaviours/behaviour.ts';
import type { Failed, Verdict } from '../../events/events.ts';
import { inSpan } from '../../../targets/spans.ts';
import { attempt } from '../trial/attempt.ts';
import { farewell } from '../trial/departure.ts';
import type { Session } from '../session/session.ts';

/** No part of how the server went is known. */
export const unseen = { exitCode: null, signal: null, outputTail: '' };

export const stoppedByUs = 'conform stopped the server and could not get its port back';

/** The verdict, or what stood in the way of one. */
export type OfTheRun =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  | { readonly kind: 'hindered'; readonly by: Violation };

/**
 * Judges what is about the whole run.
 * @param earlier the verdicts on all else
 * @param again the command that runs behaviours of this run again
 */
export async function judgeWholeRun(
  session: Session,
  behaviour: Behaviour,
  earlier: ReadonlyMap<string, Verdict>,
  again: (ids: readonly string[]) => string,
): Promise<OfTheRun> {
  const { id, hint } = behaviour;
  const { departures } = session.learned;
  if (session.ownRestarts.isDown && departures.length === 0) {
    return judged({ kind: 'passed', note: `until the end, when ${stoppedByUs}` });
  }
  const outcome = await inSpan('behaviour', id, () => attempt(session, behaviour));
  if (outcome.kind === 'held') return judged({ kind: 'passed' });
  if (outcome.kind === 'spoiled' || outcome.kind === 'untested' || outcome.kind === 'unsayable') {
    const reason = outcome.kind === 'unsayable' ? 'nothing more could be said' : outcome.reason;
    return judged({ kind: 'errored', reason });
  }
  if (outcome.kind === 'hindered') return { kind: 'hindered', by: outcome.violation };
  const gone = await session.life.ending();
  const { exitCode, signal, outputTail } = gone ?? unseen;
  const hasLeft = departures.length > 0;
  const isDeparted = hasLeft || gone !== undefined || outcome.kind === 'absent';
  return judged({
    kind: 'failed',
    summary: !isDeparted
      ? outcome.violation.message
      : hasLeft
        ? recount(departures)
        : farewell({ exitCode, signal, outputTail }, 'the last behaviours'),
    finding: isDeparted ? { kind: 'died', exitCode, signal } : outcome.violation.finding,
    conversation: outcome.kind === 'broken' ? outcome.conversation : [],
    tally: { failed: 1, of: 1 },
    hint,
    again: goesAgainBy(id, earlier, again),
    ...(outputTail === '' ? {} : { outputTail }),
  });
}

const judged = (verdict: Verdict): OfTheRun => ({ kind: 'judged', verdict });

/**
 * What shows again that the server goes: the behaviours at which it went each time. Where none did
 * so, it may be the run as a whole that it does not outlive.
 */
function goesAgainBy(
  ownId: string,
  earlier: ReadonlyMap<string, Verdict>,
  again: (ids: readonly string[]) => string,
): Failed['again'] {
  const killers = [...earlier].flatMap(([id, verdict]) => {
    if (verdict.kind !== 'failed' || verdict.finding.kind !== 'died') return [];
    const { failed, of } = verdict.tally;
    return failed === of && of > 1 ? [{ id, token: verdict.again.token }] : [];
  });
  const ids = killers.length === 0 ? [] : [...killers.map(({ id }) => id), ownId];
  return { command: again(ids), token: killers[0]?.token ?? '' };
}

/** The first departure in full. The others are not all told: a failure that is held again has more. */
function recount([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} It was started again, and went down again.`;
}
