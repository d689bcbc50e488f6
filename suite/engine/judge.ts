// From a behaviour to its verdict: try it, make a counterexample small, hold it again to be sure.
import type { TranscriptRecord } from '../../clients/transcript.ts';
import { awake } from '../../clients/awake.ts';
import { attempt, isAboutStarts, type Outcome } from './attempt.ts';
import { Violation, type Behaviour } from '../behaviours/behaviour.ts';
import { isStray } from '../behaviours/stray.ts';
import { SpokeUnasked } from '../behaviours/unasked.ts';
import { choiceOf } from '../contracts/choice.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Failed, Finding, Sighting, Tally, Verdict } from '../events/events.ts';
import type { Given } from '../behaviours/given.ts';
import type { PropertyOutcome, PropertyStage } from './property.ts';
import type { GoneServer, Session } from './session/session.ts';
import { mostSlots } from './session/slots.ts';
import { encodeToken } from '../payloads/token.ts';
import { tell } from './words.ts';

/** A failure is held again this often; when that is not unanimous, up to `mostHeldAgain` times. */
const heldAgain = 2;
const mostHeldAgain = 19;
/** Seen once in so many times, or less often. */
const rarely = 5;
/**
 * How long the chosen conversations may take, in milliseconds, or which part of what is left of the
 * run: each shows a mistake that no other shows, so that few are to be left out.
 */
const examplesMs = 6000;
const examplesPart = 0.25;
/** A server that serves one client is started anew for each: the others are to get their time too. */
const examplesOfOneMs = 2500;

/** How a verdict was come to. */
export type Judgement =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  /** Something else that the server did stood in its way, and was not looked into. */
  | { readonly kind: 'hindered'; readonly by: Violation }
  /** The server went away while others were under way too: judge it again alone. */
  | { readonly kind: 'suspect' }
  /** The server may speak by itself, which is being found out: judge it again when that is known. */
  | { readonly kind: 'unsettled' };

export interface JudgeOptions {
  /** A conversation to hold again, instead of generated ones. */
  readonly given: Given | undefined;
  /** True when no other behaviour is under way. */
  readonly isAlone: () => boolean;
  /** The command that runs behaviours of this run again. */
  readonly again: (ids: readonly string[]) => string;
}

type Broken = Extract<Outcome, { kind: 'broken' }>;
type Held = Extract<Outcome, { kind: 'held' }>;

interface Trial {
  readonly outcome: Outcome;
  readonly given: Given | undefined;
  readonly cases: number | undefined;
  readonly shrinkTries: number;
  /** How a property was first seen broken, before it was made smaller. */
  readonly firstSeen?: Broken | undefined;
}

/** Judges one behaviour; never throws. */
export async function judge(
  session: Session,
  behaviour: Behaviour,
  options: JudgeOptions,
): Promise<Judgement> {
  const departures = session.departures.length;
  let trial = await hold(session, behaviour, options);
  if (trial.outcome.kind === 'spoiled' && session.leftMs > 0) {
    trial = await hold(session, behaviour, options);
  }
  if (isSaidUnasked(trial.outcome) && !options.isAlone()) {
    // It may have been meant for one of the others.
    session.mayRamble = true;
    trial = await whenAlone(session, options, () => hold(session, behaviour, options));
    session.mayRamble = isSaidUnasked(trial.outcome);
  }
  if (trial.outcome.kind === 'held' && session.looksGone()) {
    const dead = await foundDead(session, trial.outcome);
    // What asks for next to nothing is not to blame: that the server went is told by stays-up.
    if (dead.kind === 'broken' && dead.gone !== undefined && behaviour.needs.length === 0) {
      session.departures.push(farewell(dead.gone, behaviour.id));
      await session.revive();
    } else {
      trial = { ...trial, outcome: dead };
    }
  }
  const { outcome } = trial;
  if (outcome.kind === 'held') {
    const { note } = outcome;
    const { cases } = trial;
    return judged({
      kind: 'passed',
      ...(cases === undefined ? {} : { cases }),
      ...(note === undefined ? {} : { note }),
    });
  }
  if (outcome.kind === 'untested') {
    return judged({ kind: 'skipped', reason: `could not be tested: ${outcome.reason}` });
  }
  if (outcome.kind === 'hindered') return { kind: 'hindered', by: outcome.violation };
  if (outcome.kind === 'spoiled') return judged({ kind: 'errored', reason: outcome.reason });
  if (session.departures.length > departures) return { kind: 'suspect' };
  if (outcome.kind === 'absent') return { kind: 'suspect' };
  if (outcome.gone !== undefined) {
    session.departures.push(farewell(outcome.gone, behaviour.id));
    if (!options.isAlone()) return { kind: 'suspect' };
  }
  const wasAlone = options.isAlone();
  session.isPostMortem = true;
  try {
    const verdict = await confirm(session, behaviour, trial, outcome, { ...options, wasAlone });
    const { violation, gone } = outcome;
    if (violation instanceof SpokeUnasked) {
      session.mayRamble = false;
      if (verdict.kind === 'failed') session.saysUnasked = violation.said;
    } else if (gone === undefined && isStray(violation.finding, session.saysUnasked)) {
      return { kind: 'hindered', by: violation };
    } else if (session.mayRamble && violation.finding.kind === 'bytes') {
      return { kind: 'unsettled' };
    }
    return judged(verdict);
  } finally {
    session.isPostMortem = false;
  }
}

const isSaidUnasked = (outcome: Outcome): boolean =>
  outcome.kind === 'broken' && outcome.violation instanceof SpokeUnasked;

/** Does `act` when what is under way beside it has ended; nothing else begins meanwhile. */
async function whenAlone<Result>(
  session: Session,
  { isAlone }: JudgeOptions,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    do {
      // Whoever looks into a failure beside this lets others begin when it is done.
      session.isPostMortem = true;
      await awake(10);
    } while (!isAlone() && session.leftMs > 0 && !session.options.signal.aborted);
    return await act();
  } finally {
    session.isPostMortem = false;
  }
}

/** The conversation went well, but the server did not outlive it. */
async function foundDead(session: Session, held: Held): Promise<Outcome> {
  const gone = await session.ending();
  if (gone === undefined) return held;
  const violation = new Violation(
    'It died after this conversation, which itself was correct.',
    died(gone),
  );
  return { kind: 'broken', violation, conversation: held.conversation, gone };
}

const judged = (verdict: Verdict): Judgement => ({ kind: 'judged', verdict });

/** Holds the check, for every case where it is a property; the last outcome counts. */
async function hold(
  session: Session,
  behaviour: Behaviour,
  { given, isAlone }: JudgeOptions,
): Promise<Trial> {
  if (behaviour.given === undefined || given !== undefined) {
    const outcome = await attempt(session, behaviour, given);
    return { outcome, given, cases: undefined, shrinkTries: 0 };
  }
  const { checkProperty } = await import('./property.ts');
  const startedMs = performance.now();
  let last: Outcome = { kind: 'held', note: undefined, conversation: [] };
  let broken: Broken | undefined;
  let firstSeen: Broken | undefined;
  let smallest: Given | undefined;
  let brokenAtMs = 0;
  const { budget } = session;
  const isOfOne = session.contract.serves === 'one';
  const limitsMs: Readonly<Record<PropertyStage, number>> = {
    examples: isOfOne ? examplesOfOneMs : Math.min(examplesMs, session.leftMs * examplesPart),
    cases: budget.loopMs,
    shrinking: budget.shrinkingMs,
  };
  const inPlace = (converse: () => Promise<void>): Promise<void> => session.slots.hold(converse);
  let inCompany: { readonly outcome: Broken; readonly given: Given } | undefined;
  const holdsInCompany = async (candidate: Given): Promise<boolean> => {
    const outcome = await attempt(session, behaviour, candidate);
    if (outcome.kind === 'broken') inCompany ??= { outcome, given: candidate };
    return outcome.kind === 'held';
  };
  const isOver = (stage: PropertyStage): boolean => {
    const sinceMs = stage === 'shrinking' ? brokenAtMs : startedMs;
    return performance.now() - sinceMs > limitsMs[stage] || session.leftMs < 1000;
  };
  try {
    const { seed, cases } = session.options;
    const mostBytes = await session.affordableBytes();
    const result = await checkProperty(behaviour, {
      seed,
      cases,
      contract: session.contract,
      isOver,
      mostBytes,
      ...(session.gainsByCompany
        ? { sideBySide: { lanes: mostSlots, inPlace, holds: holdsInCompany } }
        : {}),
      hold: async (given) => {
        const isGone = (broken ?? inCompany?.outcome)?.gone !== undefined;
        if (isGone && (broken !== undefined || session.looksGone())) await session.revive();
        last = await attempt(session, behaviour, given);
        if (last.kind === 'held') return;
        if (last.kind !== 'broken') throw new Spoiled();
        if (broken === undefined) brokenAtMs = performance.now();
        broken = last;
        firstSeen ??= last;
        smallest = given;
        // A server that cannot be started again has nothing left to shrink on; and while others
        // are under way it is not known yet whose doing it was.
        if (last.gone !== undefined) {
          if (!session.target.restartable || !isAlone()) throw new Spoiled();
          session.isPostMortem = true;
        }
        throw last.violation;
      },
    });
    if (result.kind === 'untried') {
      const outcome = untried(result.reason, mostBytes);
      return { outcome, given: undefined, cases: undefined, shrinkTries: 0 };
    }
    if (result.kind === 'held') {
      // Held alone, and broken in company: a silence or an end there is the company's, or a full
      // backlog's; other bytes are not.
      if (inCompany?.outcome.violation.finding.kind === 'bytes') {
        return { ...inCompany, cases: undefined, shrinkTries: 0 };
      }
      const { cases: held, passedOver } = result;
      const note = `${passedOver} chosen conversations were left out: they would have taken too long`;
      const outcome: Outcome = passedOver > 0 ? { kind: 'held', note, conversation: [] } : last;
      return { outcome, given: undefined, cases: held, shrinkTries: 0 };
    }
    budget.spendOnShrinking(performance.now() - brokenAtMs);
    const { shrinkTries } = result;
    const outcome = broken ?? last;
    return { outcome, given: result.given, cases: undefined, shrinkTries, firstSeen };
  } catch (error) {
    if (!(error instanceof Spoiled)) {
      const reason = `conform’s own side failed: ${error instanceof Error ? error.message : String(error)}`;
      last = { kind: 'spoiled', reason };
    }
    return { outcome: broken ?? last, given: smallest, cases: undefined, shrinkTries: 0 };
  }
}

/** Why a property had no case. What may not be said to this server, more time would not change. */
function untried(
  reason: Extract<PropertyOutcome, { kind: 'untried' }>['reason'],
  mostBytes: number,
): Outcome {
  if (reason === 'time') {
    return { kind: 'spoiled', reason: 'could not be tested: no time was left for it' };
  }
  return {
    kind: 'untested',
    reason:
      reason === 'ending-word'
        ? 'all of its conversations contain the ending word'
        : `each of its conversations has a message of more bytes than this server was seen to answer in time (${mostBytes})`,
  };
}

/** Ends a property whose last outcome says nothing about the given. */
class Spoiled extends Error {}

/** Holds the failing conversation again on fresh connections, and says how often it failed. */
async function confirm(
  session: Session,
  behaviour: Behaviour,
  { given, shrinkTries, firstSeen }: Trial,
  first: Broken,
  { again, wasAlone }: JudgeOptions & { readonly wasAlone: boolean },
): Promise<Verdict> {
  let smallest = first;
  let failed = 1;
  let of = 1;
  const startedMs = performance.now();
  const { repeatingMs } = session.budget;
  // A failure that shows each time is held again but twice, whatever that takes.
  const canRepeat = (): boolean =>
    session.leftMs > 1500 &&
    (of <= heldAgain || performance.now() - startedMs < repeatingMs) &&
    (smallest.gone === undefined || session.target.restartable);
  // Silences that the run has met before are not asked for twice more: each time costs a wait.
  // Nor is a server started more often that does not start as promised: each time costs a long wait.
  const { finding, wasSeenBefore } = first.violation;
  const isLong = session.silences.isKnown(finding.kind) || isAboutStarts(behaviour);
  const enough = wasSeenBefore ? 0 : isLong ? 1 : heldAgain;
  while (canRepeat() && of < (failed === of ? 1 + enough : 1 + mostHeldAgain)) {
    const isExited = session.target.health().kind === 'exited' && !session.ownRestarts.isDown;
    if (smallest.gone !== undefined || isExited) {
      await session.revive();
    }
    let outcome = await attempt(session, behaviour, given);
    if (outcome.kind === 'held' && session.looksGone()) outcome = await foundDead(session, outcome);
    if (outcome.kind === 'broken') {
      failed += 1;
      if (!(smallest.violation instanceof SpokeUnasked)) smallest = outcome;
    } else if (outcome.kind !== 'held') break;
    of += 1;
  }
  if (smallest.gone !== undefined) await session.revive();
  if (failed < of) session.budget.spendOnRepeating(performance.now() - startedMs);
  const tally = { failed, of };
  if (failed === of && of > 1) session.silences.note(finding.kind);
  // What we stopped and cannot start again cannot be run again either.
  const isOver = smallest.gone !== undefined || session.ownRestarts.isDown;
  if (!isOver && !wasSeenBefore && isDoubtful(finding, tally)) {
    const seen =
      of === 1 ? 'no time was left to reproduce it' : `reproduced ${failed} of ${of} times`;
    return {
      kind: 'errored',
      reason: `${first.violation.message} (${seen}: a busy machine can cause this, run it again to be sure)`,
    };
  }
  if (!isOver && !wasAlone && isOfCompany(behaviour, finding, tally)) {
    const times = failed === 1 ? 'once' : `${failed} times`;
    return {
      kind: 'passed',
      note: `${times}, while clients of other behaviours were connected, the server ended this one’s connection; otherwise it passed`,
    };
  }
  const broken = smallest;
  return failure(session, behaviour, { given, shrinkTries, firstSeen, broken, tally, again });
}

/**
 * What hangs on time alone must happen again: one late reply may be the machine's. So must a reset of
 * a connection that got nothing: a full backlog makes the kernel send it.
 */
function isDoubtful(finding: Finding, { failed, of }: Tally): boolean {
  const { kind } = finding;
  const isTimed = kind === 'silence' || kind === 'refused' || kind === 'other';
  if (isTimed) return failed < (failed === of ? 2 : 3);
  const isFirstReset = kind === 'ended' && finding.by === 'reset' && finding.observed.length === 0;
  return isFirstReset && failed === 1 && of > 1;
}

/**
 * Whether a connection was ended for the sake of the clients that we had beside it, which is another
 * behaviour's matter: one about a single client is to hold where it is alone.
 */
function isOfCompany({ clients }: Behaviour, { kind }: Finding, { failed, of }: Tally): boolean {
  return clients === 'one' && kind === 'ended' && failed * rarely <= of;
}

interface Evidence {
  readonly given: Given | undefined;
  readonly shrinkTries: number;
  readonly firstSeen: Broken | undefined;
  readonly broken: Broken;
  readonly tally: Tally;
  readonly again: (ids: readonly string[]) => string;
}

function failure(
  session: Session,
  behaviour: Behaviour,
  { given, shrinkTries, firstSeen, broken, tally, again }: Evidence,
): Failed {
  const { violation, conversation, gone } = broken;
  const { contract } = session;
  const token = encodeToken({
    behaviour: behaviour.id,
    contract: choiceOf(contract),
    seed: session.options.seed,
    ...(given === undefined ? {} : { given }),
  });
  const health = session.target.health();
  const outputTail = gone?.outputTail ?? (health.kind === 'unseen' ? '' : health.outputTail);
  return {
    kind: 'failed',
    summary: gone === undefined ? violation.message : `${farewell(gone)} ${violation.message}`,
    finding: gone === undefined ? violation.finding : died(gone),
    ...story(conversation, contract, tally, shrinkTries),
    conversation,
    ...(firstSeen === undefined || shrinkTries === 0 ? {} : { firstSeen: sighting(firstSeen) }),
    tally,
    hint: violation.finding.kind === 'died' ? deathHint(gone) : behaviour.hint,
    again: { command: again([behaviour.id]), token },
    ...(outputTail === '' ? {} : { outputTail }),
  };
}

/** The conversation in words; none for one that hardly happened. */
function story(
  conversation: readonly TranscriptRecord[],
  contract: Contract,
  tally: Tally,
  shrinkTries: number,
): Pick<Failed, 'counterexample'> {
  const words = tell(conversation, contract, tally);
  return words.length === 0 ? {} : { counterexample: { words, shrinkTries } };
}

const sighting = ({ violation, conversation, gone }: Broken): Sighting => ({
  finding: gone === undefined ? violation.finding : died(gone),
  conversation,
});

function deathHint(gone: GoneServer | undefined): string {
  if (gone?.exitCode === 0) {
    return 'The program ends by itself: accept() is not in a loop, or the loop is left, by return, exit() or a failed accept().';
  }
  if (gone?.exitCode === null && gone.signal === null) {
    return 'The listener is closed with a client, or an error of one conversation ends the whole process.';
  }
  return 'An error of one conversation ends the whole process: an unhandled exception, exit() or SIGPIPE.';
}

function died({ exitCode, signal }: GoneServer): Finding {
  return { kind: 'died', exitCode, signal };
}

/** One sentence on how the server went. */
export function farewell({ exitCode, signal }: GoneServer, during?: string): string {
  const how =
    signal !== null
      ? `The server was killed by ${signal}`
      : exitCode !== null
        ? `The server exited with status ${exitCode}`
        : 'The server is gone: nothing listens on its port any more';
  return during === undefined ? `${how}.` : `${how}, during ${during} or right after.`;
}
