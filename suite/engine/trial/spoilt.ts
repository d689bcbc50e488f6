// A server that one conversation has spoilt for good (a lock that its error has poisoned, say) lives on and ends whoever
// comes. Each later conversation would fail in the same few words, and so would each smaller form of the one that did it:
// what did it shows on a fresh server only.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Session } from '../session/session.ts';
import type { Outcome } from './outcome.ts';

/** What came of an attempt, and of the same on a fresh server where the first had become one that ends whoever comes. */
export interface Attempted {
  readonly outcome: Outcome;
  /** What came on the fresh server; undefined where none was needed. */
  readonly afresh: Outcome | undefined;
}

/**
 * Holds it once. Where the server ends whoever comes by then, a fresh one takes its place and it is held there again; a
 * server that this spoils too is followed by one more.
 */
export async function attemptUnspoilt(
  session: Session,
  { manner }: Behaviour,
  hold: () => Promise<Outcome>,
): Promise<Attempted> {
  const { life, learned } = session;
  const isFresh = life.beginToSpeak();
  const renew = async (): Promise<void> => {
    await life.revive();
    life.leaveUnspoken();
  };
  const isSpoilt = async (outcome: Outcome): Promise<boolean> =>
    // Where nobody is rude, nobody's error spoils anything.
    manner === 'rough' && hasEndedOne(outcome) && (await life.endsWhoeverComes());
  const outcome = await hold();
  if (!(await isSpoilt(outcome))) return { outcome, afresh: undefined };
  await renew();
  // To that one nobody had spoken before: once more would tell no more.
  if (isFresh) {
    learned.sawFreshOneSpoilt();
    return { outcome, afresh: outcome };
  }
  life.beginToSpeak();
  const afresh = await hold();
  if (await isSpoilt(afresh)) {
    learned.sawFreshOneSpoilt();
    await renew();
  }
  // Where it is known what spoils this server, nothing is told of one that was spoilt before.
  return { outcome: afresh.kind === 'held' && learned.spoilsFresh ? afresh : outcome, afresh };
}

/** Whether the server ended a client's connection, and is there itself. */
const hasEndedOne = (outcome: Outcome): boolean =>
  outcome.kind === 'broken' &&
  outcome.gone === undefined &&
  outcome.violation.finding.kind === 'ended';
