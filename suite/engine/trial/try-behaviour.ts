// A check is tried once, or, where it is a property, with generated conversations; the one that fails is
// made smaller.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Given } from '../../behaviours/given.ts';
import { attempt } from './attempt.ts';
import type { Broken, Outcome } from './outcome.ts';
import type { PropertyOutcome, PropertyStage } from './property.ts';
import { casesFor, mostMessagesFor } from '../session/budget.ts';
import type { Session } from '../session/session.ts';
import { mostSlots } from '../session/slots.ts';
import { attemptUnspoilt } from './spoilt.ts';

/**
 * How long the chosen conversations may take, in milliseconds, or which part of what is left of the
 * run: each shows a mistake that no other shows, so that few are to be left out.
 */
const examplesMs = 6000;
const examplesPart = 0.25;
/** A server that serves one client is started anew for each: the others are to get their time too. */
const examplesOfOneMs = 2500;

export interface TryOptions {
  /** A conversation to hold again, instead of generated ones. */
  readonly given: Given | undefined;
  /** True when no other behaviour is under way. */
  readonly isAlone: () => boolean;
  /** Called once it is to be found out how the server went: from then on nothing else begins. */
  readonly inquire: () => void;
}

export interface Trial {
  readonly outcome: Outcome;
  readonly given: Given | undefined;
  readonly cases: number | undefined;
  readonly shrinkTries: number;
  /** How a property was first seen broken, before it was made smaller. */
  readonly firstSeen?: Broken | undefined;
}

/** Tries the check, for every case where it is a property; the last outcome counts. */
export async function tryBehaviour(
  session: Session,
  behaviour: Behaviour,
  { given, isAlone, inquire }: TryOptions,
): Promise<Trial> {
  if (behaviour.given === undefined || given !== undefined) {
    // Where nothing was ever heard the failure may be known already, and is not tried again: it is asked at once.
    const asksWhy = session.deadlines.hasHeardNothing;
    const { outcome, afresh } = await attemptUnspoilt(session, behaviour, () =>
      attempt(session, behaviour, given, { asksWhy }),
    );
    // Where it holds on a fresh server, something else has spoilt the other: that is told as it was seen.
    const isOwn = afresh?.kind === 'broken';
    return { outcome: isOwn ? afresh : outcome, given, cases: undefined, shrinkTries: 0 };
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
  let spoilt: { readonly outcome: Broken; readonly given: Given } | undefined;
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
    const mostBytes = await session.pace.affordableBytes();
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
        if (isGone && (broken !== undefined || session.life.looksGone()))
          await session.life.revive();
        const { outcome, afresh } = await attemptUnspoilt(session, behaviour, () =>
          attempt(session, behaviour, given),
        );
        last = afresh ?? outcome;
        if (afresh?.kind === 'held' && outcome.kind === 'broken') spoilt ??= { outcome, given };
        if (last.kind === 'held') return;
        if (last.kind !== 'broken') throw new Spoiled();
        if (broken === undefined) brokenAtMs = performance.now();
        broken = last;
        firstSeen ??= last;
        smallest = given;
        // A server that cannot be started again has nothing left to shrink on; and while others
        // are under way it is not known yet whose doing it was.
        if (last.gone !== undefined) {
          if (!session.life.canRevive || !isAlone()) throw new Spoiled();
          inquire();
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
      // What spoils a server was not found: that one was spoilt is told all the same.
      if (spoilt !== undefined) return { ...spoilt, cases: undefined, shrinkTries: 0 };
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
