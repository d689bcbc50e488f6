// Holds one experiment on fresh connections, and says what it came to.
import { bytesOf } from '../../clients/conversation/conversation.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import type { Experiment, Sight } from '../investigation/experiment.ts';
import { attempt } from './attempt.ts';
import { farewell, foundDead } from './departure.ts';
import type { Session } from './session/session.ts';

/** The server went away for good, or was not there: nothing more can be asked of it. */
export class ServerLost extends Error {}

/**
 * Holds `experiment` once, in the way of `behaviour`. A server that does not outlive it is started again, and its end
 * is told as any other of the run.
 * @throws {ServerLost} when it is gone and cannot be started again
 */
export async function holdExperiment(
  session: Session,
  behaviour: Behaviour,
  { steps, asWritten, isFresh }: Experiment,
): Promise<Exclude<Sight, 'over'>> {
  if (!saysWhatIsDue(steps, session.contract)) return 'untold';
  if (isFresh === true || session.life.looksGone()) await revived(session);
  let outcome = await attempt(session, behaviour, steps, asWritten);
  if (outcome.kind === 'held' && session.life.looksGone()) {
    outcome = await foundDead(session, outcome);
  }
  if (outcome.kind === 'absent') throw new ServerLost();
  if (outcome.kind === 'held') return 'right';
  if (outcome.kind !== 'broken') return 'untold';
  if (outcome.gone !== undefined) {
    session.learned.sawDeparture(farewell(outcome.gone, `the experiments around ${behaviour.id}`));
    await revived(session);
  }
  return 'wrong';
}

async function revived({ target, life }: Session): Promise<void> {
  if (!target.restartable) throw new ServerLost();
  await life.revive();
}

/**
 * Whether the contract says what is due to all of it. A message that holds the ending word may end the conversation,
 * unless only the word alone does; and where the word itself has a reply, nothing may come behind it.
 */
function saysWhatIsDue(steps: Experiment['steps'], { ending }: Session['contract']): boolean {
  if (ending === null) return true;
  const word = ending.word.toString('latin1').toLowerCase();
  return steps.every((step, index) => {
    if (step.do !== 'send') return true;
    const text = bytesOf(step.payload).toString('latin1').toLowerCase();
    if (!text.includes(word)) return true;
    if (text.trim() !== word) return ending.match === 'message';
    const isLast = !steps
      .slice(index + 1)
      .some((later) => later.do === 'send' && later.client === step.client);
    return text === word && ending.replied && isLast;
  });
}
