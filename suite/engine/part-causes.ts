// When the failures of a run are known and the server still runs, the causes that would explain them are put to the test:
// each foretells what a conversation would bring, and the conversations that tell them apart are held.
import { listen } from '../../clients/conversation/play.ts';
import type { Heard } from '../../clients/conversation/played.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import { Scope } from '../../clients/scope.ts';
import type { RunEvent } from '../events/events.ts';
import type { Experiment, Outcome, Trial } from '../theories/experiment.ts';
import type { Session } from './session/session.ts';
import { AttemptClients } from './world/attempt-clients.ts';

/** More tell nothing that a reader would miss. */
const mostExperiments = 12;
/** What one experiment brings counts only where it brings the same again. */
const timesHeld = 2;
/** However long the run took, the experiments may take so long at the least and at the most, in milliseconds. */
const leastMs = 1000;
const mostMs = 2000;
/** On a busy machine they take longer: so many times as long at the most. */
const mostStretch = 3;
/** The part of the run's time that they may take between the two. */
const shareOfRun = 1 / 4;
/** With less than this left of the run none begins, in milliseconds. */
const reserveMs = 500;

/**
 * Holds the experiments that part the causes which the events of the run suggest; none where no failure is confirmed,
 * or where one of them might end a server that nobody can start again.
 * @param told the events of the run so far
 * @returns what came, of each experiment the same twice
 */
export async function partCauses(
  session: Session,
  told: readonly RunEvent[],
): Promise<readonly Trial[]> {
  const { contract, options, originMs } = session;
  if (!hasFailed(told) || contract.replies !== 'by-byte') return [];
  const [{ suspectsIn }, { choose }] = await Promise.all([
    import('../diagnosis/suspects.ts'),
    import('../theories/choose.ts'),
  ]);
  const suspects = suspectsIn(told, contract);
  const shareMs = shareOfRun * (performance.now() - originMs);
  const stretch = Math.min(Math.max(1, session.stretch), mostStretch);
  const usualMs = Math.min(Math.max(leastMs, shareMs), mostMs);
  const allowedMs = Math.min(stretch * usualMs, session.leftMs - reserveMs);
  if (suspects.length === 0 || allowedMs <= 0 || !(await isThere(session, told))) return [];
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(Math.ceil(allowedMs))]);
  const trials: Trial[] = [];
  const passedOver = new Set<string>();
  for (let held = 0; held < mostExperiments && !limit.aborted; held += 1) {
    const experiment = choose({ suspects, held: contract, trials }, passedOver);
    if (experiment === undefined) break;
    passedOver.add(experiment.words);
    const came = await holdTwice(session, experiment, limit);
    if (came === 'no longer') break;
    if (came !== undefined) trials.push({ experiment, came });
  }
  return trials;
}

const hasFailed = (told: readonly RunEvent[]): boolean =>
  told.some((event) => event.type === 'behaviour-finished' && event.verdict.kind === 'failed');

/** Whether the server is there, and would be again if it went. */
async function isThere(session: Session, told: readonly RunEvent[]): Promise<boolean> {
  const { target, ownRestarts, life, contract } = session;
  if (ownRestarts.isDown) return false;
  if (target.restartable) {
    if (life.looksGone()) await life.revive();
    return !life.looksGone();
  }
  // It served one client, or went once: another may be its last.
  const hasDied = told.some(
    (event) =>
      event.type === 'behaviour-finished' &&
      event.verdict.kind === 'failed' &&
      event.verdict.finding.kind === 'died',
  );
  return contract.serves !== 'one' && !hasDied && !life.looksGone();
}

/** What came of the experiment each time; undefined where that was not the same. */
async function holdTwice(
  session: Session,
  experiment: Experiment,
  limit: AbortSignal,
): Promise<Outcome | 'no longer' | undefined> {
  let first: Outcome | undefined;
  for (let times = 0; times < timesHeld; times += 1) {
    const came = await holdOnce(session, experiment, limit);
    if (came === undefined || session.life.looksGone()) return 'no longer';
    if (first !== undefined && !isSame(first, came)) return undefined;
    first ??= came;
  }
  return first;
}

/** Undefined where the time was up, or the server did not let the client in. */
async function holdOnce(
  session: Session,
  { conversation }: Experiment,
  limit: AbortSignal,
): Promise<Outcome | undefined> {
  const scope = new Scope(session.scope);
  const clients = new AttemptClients(session, scope);
  const stop = (): void => scope.end(limit.reason as Error);
  limit.addEventListener('abort', stop, { once: true });
  try {
    limit.throwIfAborted();
    const heard = await listen(conversation, { connect: clients.connect, signal: limit });
    await clients.close([]);
    limit.throwIfAborted();
    const [only] = heard.values();
    return only === undefined || only.end === 'refused' ? undefined : outcomeOf(only, conversation);
  } catch (error) {
    if (limit.aborted || error instanceof ConnectFailed) return undefined;
    throw error;
  } finally {
    limit.removeEventListener('abort', stop);
    scope.end();
  }
}

function outcomeOf(
  { received, end, marks }: Heard,
  conversation: Experiment['conversation'],
): Outcome {
  const byteCountAfter = (step: number): number => marks.get(step) ?? 0;
  const answers = conversation.flatMap((step, nth) =>
    step.do === 'receive' ? [byteCountAfter(nth) > byteCountAfter(nth - 1)] : [],
  );
  return { answers, bytes: received, hasEnded: end === 'fin' || end === 'reset' };
}

const isSame = (one: Outcome, other: Outcome): boolean =>
  one.bytes.equals(other.bytes) &&
  one.hasEnded === other.hasEnded &&
  String(one.answers) === String(other.answers);
