// From a behaviour to its verdict: try it, make a counterexample small, hold it again to be sure.
import { awake } from '../../clients/awake.ts';
import { attempt } from './attempt.ts';
import type { Behaviour, Violation } from '../behaviours/behaviour.ts';
import { isStray } from '../behaviours/stray.ts';
import { SpokeUnasked } from '../behaviours/unasked.ts';
import { farewell, foundDead } from './departure.ts';
import type { Verdict } from '../events/events.ts';
import type { Given } from '../behaviours/given.ts';
import type { Broken, Outcome } from './outcome.ts';
import type { PropertyOutcome, PropertyStage } from './property.ts';
import { reproduce } from './reproduce.ts';
import { casesFor, mostMessagesFor } from './session/budget.ts';
import type { Session } from './session/session.ts';
import { mostSlots } from './session/slots.ts';

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
    const { given, shrinkTries, firstSeen } = trial;
    const failure = { broken: outcome, given, shrinkTries, firstSeen, wasAlone };
    const verdict = await reproduce(session, behaviour, failure, options.again);
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
    const { seed } = session.options;
    const cases = casesFor(session.options.cases, session.cost);
    const mostBytes = await session.affordableBytes();
    const result = await checkProperty(behaviour, {
      seed,
      cases,
      contract: session.contract,
      isOver,
      mostBytes,
      mostMessages: mostMessagesFor(session.cost),
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
