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

/** Servers that were started here, by their generation, and to which nobody has spoken since. */
const unspoken = new WeakMap<Session, number>();

/** Runs in which an attempt has spoilt a server to which nobody had spoken before: its behaviour tells of it. */
const spoilers = new WeakSet<Session>();

/**
 * Holds it once. Where the server ends whoever comes by then, a fresh one takes its place and it is held there again; a
 * server that this spoils too is followed by one more.
 */
export async function attemptUnspoilt(
  session: Session,
  { manner }: Behaviour,
  hold: () => Promise<Outcome>,
): Promise<Attempted> {
  const { life, target } = session;
  const isFresh = unspoken.get(session) === target.generation;
  unspoken.delete(session);
  const renew = async (): Promise<void> => {
    await life.revive();
    unspoken.set(session, target.generation);
  };
  const isSpoilt = async (outcome: Outcome): Promise<boolean> =>
    // Where nobody is rude, nobody's error spoils anything.
    manner === 'rough' && hasEndedOne(outcome) && (await life.endsWhoeverComes());
  const outcome = await hold();
  if (!(await isSpoilt(outcome))) return { outcome, afresh: undefined };
  await renew();
  // To that one nobody had spoken before: once more would tell no more.
  if (isFresh) {
    spoilers.add(session);
    return { outcome, afresh: outcome };
  }
  unspoken.delete(session);
  const afresh = await hold();
  if (await isSpoilt(afresh)) {
    spoilers.add(session);
    await renew();
  }
  // Where it is known what spoils this server, nothing is told of one that was spoilt before.
  return { outcome: afresh.kind === 'held' && spoilers.has(session) ? afresh : outcome, afresh };
}

/** Whether the server ended a client's connection, and is there itself. */
const hasEndedOne = (outcome: Outcome): boolean =>
  outcome.kind === 'broken' &&
  outcome.gone === undefined &&
  outcome.violation.finding.kind === 'ended';
