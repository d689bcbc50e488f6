// From a behaviour to its verdict: its check is tried (try-behaviour.ts, by one attempt after another), and
// what looks broken is reproduced before it is told (reproduce.ts).
import type { Behaviour, Violation } from '../../behaviours/behaviour.ts';
import type { Given } from '../../behaviours/given.ts';
import { isStray } from '../../behaviours/checks/stray.ts';
import { SpokeUnasked } from '../../behaviours/unasked.ts';
import type { Finding, Verdict } from '../../events/events.ts';
import { attempt } from './attempt.ts';
import { farewell, foundDead } from './departure.ts';
import type { Outcome } from './outcome.ts';
import { unsayableVerdict } from './blocked.ts';
import { isRare } from './rare.ts';
import { reproduce, type Paused } from './reproduce.ts';
import type { Session } from '../session/session.ts';
import { tryBehaviour, type Trial } from './try-behaviour.ts';

/** What a check came to. */
export type Checked =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  /** Something else that the server did stood in its way, and was not looked into. */
  | { readonly kind: 'hindered'; readonly by: Violation }
  /** The server went away while others were under way too: check it again alone. */
  | { readonly kind: 'suspect' }
  /** The server may speak by itself, which is being found out: check it again when that is known. */
  | { readonly kind: 'unsettled' }
  /**
   * The server answers nobody any more: check it again where somebody is answered. `verdict` stands where nobody is until
   * the end; it is absent where others tell that already.
   */
  | { readonly kind: 'unanswered'; readonly verdict?: Verdict };

export interface CheckOptions {
  /** A conversation to hold again, instead of generated ones. */
  readonly given: Given | undefined;
  /** True when no other behaviour is under way. */
  readonly isAlone: () => boolean;
  /** True when one that waits for long with a client of its own was there for some of the time. */
  readonly hadCompany: () => boolean;
  /** Resolves when none is but those that wait to be alone too, of which one goes on at a time; at once when time is up. */
  readonly untilAlone: () => Promise<void>;
  /** The command that runs behaviours of this run again. */
  readonly again: (ids: readonly string[]) => string;
}

/** Checks one behaviour; never throws. */
export function checkBehaviour(
  session: Session,
  behaviour: Behaviour,
  options: CheckOptions,
): Promise<Checked> {
  return session.inquiry.during(async (inquire) => {
    let paused: Paused | undefined;
    for (;;) {
      const checked = await checkOnce(session, behaviour, { ...options, inquire, paused });
      if (checked.kind !== 'paused') return checked;
      session.deadlines.forgetAbsences(checked.fromMs);
      paused = checked;
    }
  });
}

interface CheckingOptions extends CheckOptions {
  /** Called once nothing else may begin. */
  readonly inquire: () => void;
  /** The pause of the server in which it was tried before. */
  readonly paused: Paused | undefined;
}

async function checkOnce(
  session: Session,
  behaviour: Behaviour,
  options: CheckingOptions,
): Promise<Checked | Paused> {
  const { inquire, paused } = options;
  const departures = session.learned.departures.length;
  const trial = await tryWithTime(session, behaviour, options);
  const { outcome } = trial;
  const apart = session.going.howJudged(behaviour.id);
  if (outcome.kind === 'unsayable') {
    session.going.sawUnsayable(behaviour.id);
    return judged(unsayableVerdict(session.going.silencing));
  }
  if (outcome.kind !== 'broken' && outcome.kind !== 'absent') {
    const checked = verdictOf(trial, outcome, apart);
    return paused === undefined ? checked : afterPause(checked);
  }
  if (session.learned.departures.length > departures) return { kind: 'suspect' };
  if (outcome.kind === 'absent') return { kind: 'suspect' };
  if (outcome.gone !== undefined) {
    session.learned.sawDeparture(farewell(outcome.gone, behaviour.id));
    if (!options.isAlone()) return { kind: 'suspect' };
  }
  const isUnheard = outcome.gone === undefined && isLeftAlone(outcome.violation.finding);
  if (isUnheard && session.answersNobody) return { kind: 'unanswered' };
  // Whoever is told to have failed on a server that it may have spoilt is tried again on a fresh one.
  const mayHaveSpoilt = behaviour.spoils === true && session.life.canRevive;
  if (mayHaveSpoilt && !options.isAlone()) {
    inquire();
    await options.untilAlone();
  }
  const wasAlone = options.isAlone();
  inquire();
  const isEnded = outcome.gone === undefined && isEndOfOne(behaviour, outcome.violation.finding);
  // Another behaviour's client, come or gone, may have brought it about: whether it ends alone as well is seen alone.
  if (isEnded && !wasAlone && !session.learned.endsAlone) await options.untilAlone();
  const isTriedAlone = options.isAlone();
  const { given, shrinkTries, firstSeen } = trial;
  const pausedMs = paused?.fromMs;
  const failure = { broken: outcome, given, shrinkTries, firstSeen, wasAlone, pausedMs };
  const verdict = await reproduce(session, behaviour, failure, options.again);
  if (verdict.kind === 'paused') return verdict;
  const { violation, gone } = outcome;
  const { learned } = session;
  if (isEnded && isTriedAlone && verdict.kind === 'failed' && !isRare(verdict.tally)) {
    learned.sawEndAlone();
  }
  if (violation instanceof SpokeUnasked) {
    learned.sawWhatIsUnasked(verdict.kind === 'failed' ? violation.said : undefined);
  } else if (gone === undefined && isStray(violation.finding, learned.saysUnasked)) {
    return { kind: 'hindered', by: violation };
  } else if (learned.mayRamble && violation.finding.kind === 'bytes') {
    return { kind: 'unsettled' };
  }
  const told = toldApart(verdict, apart);
  if (
    mayHaveSpoilt ||
    told.kind !== 'failed' ||
    !isLeftAlone(told.finding) ||
    !session.deadlines.answersNobody
  ) {
    return judged(told);
  }
  const fromMs = session.deadlines.lastAnsweredMs;
  // Its own clients may have kept all others waiting, or there was a pause: it is held once more where it is over.
  if (await session.isAnsweredAgain()) {
    const { kind } = await attempt(session, behaviour, given);
    if (kind === 'broken') return judged(told);
    if (paused === undefined) return { kind: 'paused', fromMs };
    const seen = 'while nobody was answered, twice; not when it was held once more';
    return judged({ kind: 'errored', reason: `${told.summary} (${seen})` });
  }
  // Enough have told so by now: what was said here has nothing to do with it.
  if (session.answersNobody) return { kind: 'unanswered' };
  learned.sawUnheard(behaviour.id);
  return { kind: 'unanswered', verdict: { ...told, nobodyAnswered: true } };
}

/** Whether the connection of a client was ended that is to be served whoever is there beside it. */
const isEndOfOne = ({ clients }: Behaviour, { kind }: Finding): boolean =>
  clients === 'one' && kind === 'ended';

/** True for a client that got nothing at all, or was not even let in. */
const isLeftAlone = ({ kind }: Finding): boolean => kind === 'silence' || kind === 'refused';

/** Tries it twice where our own side failed, and sees whether the server has outlived it. */
async function tryWithTime(
  session: Session,
  behaviour: Behaviour,
  options: CheckingOptions,
): Promise<Trial> {
  const { worksLong } = session.deadlines;
  let trial = await tryBehaviour(session, behaviour, options);
  if (!worksLong && session.deadlines.worksLong && isSilent(trial.outcome)) {
    // It was at work all the time: it is held once more with as much as it is quick with.
    trial = await tryBehaviour(session, behaviour, options);
  }
  if (trial.outcome.kind === 'spoiled' && session.leftMs > 0) {
    trial = await tryBehaviour(session, behaviour, options);
  }
  if (isSaidUnasked(trial.outcome) && !options.isAlone()) {
    // It may have been meant for one of the others.
    session.learned.sawSomethingUnasked();
    options.inquire();
    await options.untilAlone();
    trial = await tryBehaviour(session, behaviour, options);
    if (!isSaidUnasked(trial.outcome)) session.learned.sawWhatIsUnasked();
  }
  if (mayBeOfCompany(behaviour, trial.outcome, options.hadCompany())) {
    await options.untilAlone();
    trial = await tryBehaviour(session, behaviour, options);
  }
  if (trial.outcome.kind !== 'held' || !session.life.looksGone()) return trial;
  const dead = await foundDead(session, trial.outcome);
  // What asks for next to nothing is not to blame: that the server went is told by stays-up.
  if (dead.kind === 'broken' && dead.gone !== undefined && behaviour.needs.length === 0) {
    session.learned.sawDeparture(farewell(dead.gone, behaviour.id));
    await session.life.revive();
    return trial;
  }
  return { ...trial, outcome: dead };
}

const isSaidUnasked = (outcome: Outcome): boolean =>
  outcome.kind === 'broken' && outcome.violation instanceof SpokeUnasked;

const isSilent = (outcome: Outcome): boolean =>
  outcome.kind === 'broken' && outcome.violation.finding.kind === 'silence';

/**
 * Whether those that were beside it may have brought it about, of one that wants the server to itself and did not have it:
 * anything where it lay beside all others, and an end where another waited beside it.
 */
const mayBeOfCompany = (
  { manner, isPatient }: Behaviour,
  outcome: Outcome,
  hadCompany: boolean,
): boolean =>
  manner === 'alone' &&
  outcome.kind === 'broken' &&
  outcome.gone === undefined &&
  (isPatient === true || (hadCompany && outcome.violation.finding.kind === 'ended'));

/** The verdict on what was not seen broken. */
function verdictOf(
  { cases }: Trial,
  outcome: Exclude<Outcome, { kind: 'broken' | 'absent' | 'unsayable' }>,
  apart: string | undefined,
): Checked {
  switch (outcome.kind) {
    case 'held': {
      const { note } = outcome;
      return judged({
        kind: 'passed',
        ...(cases === undefined ? {} : { cases }),
        ...(note === undefined ? {} : { note }),
        ...(apart === undefined ? {} : { apart }),
      });
    }
    case 'untested':
      return judged({
        kind: 'skipped',
        reason: `could not be tested: ${outcome.reason}`,
        untested: true,
      });
    case 'hindered':
      return { kind: 'hindered', by: outcome.violation };
    case 'spoiled':
      return judged({ kind: 'errored', reason: outcome.reason });
  }
}

/** What passed says that it was tried after a pause. */
function afterPause(checked: Checked): Checked {
  if (checked.kind !== 'judged' || checked.verdict.kind !== 'passed') return checked;
  const told = 'the server answered nobody for a while, and this was tested again after that';
  const { note } = checked.verdict;
  return judged({ ...checked.verdict, note: note === undefined ? told : `${note}; ${told}` });
}

const toldApart = (verdict: Verdict, apart: string | undefined): Verdict =>
  apart !== undefined && (verdict.kind === 'failed' || verdict.kind === 'passed')
    ? { ...verdict, apart }
    : verdict;

const judged = (verdict: Verdict): Checked => ({ kind: 'judged', verdict });
