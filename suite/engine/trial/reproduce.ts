// A failure is tried again on fresh connections before it is told: how often, and whether what came
// of it is the server's doing.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { SpokeUnasked } from '../../behaviours/unasked.ts';
import type { Given } from '../../behaviours/given.ts';
import type { Finding, Tally, Verdict } from '../../events/events.ts';
import { attempt, isAboutStarts } from './attempt.ts';
import { foundDead } from './departure.ts';
import { failure } from './failure.ts';
import { agreement, lookAgain, type AllLooks, type Rule, type Sight } from './look-again.ts';
import type { Broken, Held, Outcome } from './outcome.ts';
import { isRare } from './rare.ts';
import { attemptUnspoilt } from './spoilt.ts';
import { busyStretch } from '../../../clients/deadline.ts';
import { outlastPause } from '../session/pause.ts';
import { silencesOf } from './silence.ts';
import type { Session } from '../session/session.ts';

/** A failure is seen again this often; when that is not unanimous, it is tried up to `mostTimes`. */
const usualTimes = 3;
const mostTimes = 20;
/**
 * One that shows now and then, and was tried for so long, in milliseconds, has shown what it is after so many failures
 * and so many times that it held; one of a kind that is known already after so many tries.
 */
const mixedMs = 1000;
const enoughMixed = 3;
const enoughKnown = 8;
/** Where a look takes so long on a machine that is not busy, in milliseconds, one more is enough. */
const longLookMs = 700;
/** What failed while nobody was answered, and held so often since, is taken to have met with a pause. */
const heldAfterPause = 3;
/** With less than this left of the run nothing is tried again, in milliseconds. */
const reserveMs = 1500;

/** What was seen broken. */
export interface FirstFailure {
  readonly broken: Broken;
  readonly given: Given | undefined;
  readonly shrinkTries: number;
  /** How a property was first seen broken, before it was made smaller. */
  readonly firstSeen: Broken | undefined;
  /** True when no other behaviour was under way. */
  readonly wasAlone: boolean;
  /** When it was silent to a client of this behaviour before, in a pause; as of `performance.now()`. */
  readonly pausedMs: number | undefined;
}

/** The server answered nobody for a while, and does again: what failed then is to be tried as if for the first time. */
export interface Paused {
  readonly kind: 'paused';
  /** When that was, as of `performance.now()`. */
  readonly fromMs: number;
}

/** Tries the failing conversation again on fresh connections, and says how often it failed. */
export async function reproduce(
  session: Session,
  behaviour: Behaviour,
  first: FirstFailure,
  again: (ids: readonly string[]) => string,
): Promise<Verdict | Paused> {
  const { given, shrinkTries, firstSeen, wasAlone } = first;
  const { violation } = first.broken;
  const startedMs = performance.now();
  const { tries, hindrance, paused } = await session.timeline.during(
    'experiment',
    `${behaviour.id} again`,
    () => triesOf(session, behaviour, first),
  );
  if (paused !== undefined) return paused;
  const failures = tries.filter(({ kind }) => kind === 'broken');
  // What was said unasked is told as it was first heard: later clients may hear less of it.
  const broken =
    violation instanceof SpokeUnasked ? first.broken : (mostTelling(tries) ?? first.broken);
  const tally: Tally = { failed: failures.length, of: tries.length };
  if (broken.gone !== undefined) await session.life.revive();
  const isUnanimous = tally.failed === tally.of;
  if (!isUnanimous) session.budget.spendOnRepeating(performance.now() - startedMs);
  const { finding } = violation;
  const wasSeenBefore = wasMetBefore(session, first.broken);
  if (isUnanimous && tally.of > 1) session.learned.familiar.sawConfirmed(findingOf(broken));
  // What we stopped and cannot start again cannot be run again either.
  const isOver = broken.gone !== undefined || session.ownRestarts.isDown;
  if (!isOver && !wasSeenBefore && isDoubtful(finding, tally)) {
    const seen =
      tally.of === 1
        ? (hindrance ?? 'no time was left to reproduce it')
        : `reproduced ${tally.failed} of ${tally.of} times`;
    return {
      kind: 'errored',
      reason: `${violation.message} (${seen}: a busy machine can cause this, run it again to be sure)`,
    };
  }
  if (!isOver && !wasAlone && isOfCompany(behaviour, finding, tally)) {
    const times = tally.failed === 1 ? 'once' : `${tally.failed} times`;
    return {
      kind: 'passed',
      note: `${times}, while clients of other behaviours were connected, the server ended this one’s connection; otherwise it passed`,
    };
  }
  return failure(session, behaviour, { given, shrinkTries, firstSeen, broken, tally, again });
}

type Try = Broken | Held;

interface Tries {
  readonly tries: readonly Try[];
  /** Why it could not be tried again, where that is so. */
  readonly hindrance: string | undefined;
  /** Set where all that failed did so in a pause. */
  readonly paused: Paused | undefined;
}

/** The first failure and what came of each further try. */
async function triesOf(
  session: Session,
  behaviour: Behaviour,
  { broken, given, wasAlone, pausedMs }: FirstFailure,
): Promise<Tries> {
  const { id } = behaviour;
  const startedMs = performance.now();
  const { repeatingMs } = session.budget;
  const wasSeenBefore = wasMetBefore(session, broken);
  // Silences and deaths that the run has met before are not asked for twice more: each time costs a wait, or a start.
  // Nor is a server started more often that does not start as promised: each time costs a long wait.
  // Where nobody was answered for long, one more silence says as much as two.
  const { learned, deadlines } = session;
  // What has spoilt the server shows what it is on a fresh one only; which cuts off whoever is connected.
  const mayRenew = behaviour.spoils === true && wasAlone && session.life.canRevive;
  const isKnown = learned.familiar.isKnown(kindOf(broken));
  const isLong = isKnown || deadlines.answersNobody || isAboutStarts(behaviour);
  // A silence in which nobody was answered may lie in a pause: one more is asked for when somebody is.
  const lonelyMs = pausedMs === undefined ? lonelySince(session, broken) : undefined;
  let paused: Paused | undefined;
  const rule = {
    most: mostTimes,
    failures: wasSeenBefore && lonelyMs === undefined ? 1 : isLong ? 2 : usualTimes,
    // One that does not show each time is tried to the end: how often it shows is told.
    failuresAmongHeld: Infinity,
    held: Infinity,
  } satisfies Rule;
  let hasLookedLong = false;
  const triesIn = (looks: AllLooks<Try>): readonly Try[] => looks.get(id) ?? [];
  let hindrance: string | undefined;
  // Why there is a silence is asked once: each time costs several waits.
  let hasAskedWhy = broken.hasAskedWhy === true;
  const looks = await lookAgain<Try>(new Map([[id, broken]]), {
    most: rule.most,
    owed: (all) => {
      const failures = hasLookedLong ? Math.min(2, rule.failures) : rule.failures;
      const sights = triesIn(all).map(sightOf);
      return agreement(sights, { ...rule, failures }) === undefined ? [id] : [];
    },
    isOver: (all) => {
      const tries = triesIn(all);
      // A failure that shows each time is tried again but twice, whatever that takes.
      const elapsedMs = performance.now() - startedMs;
      const isLate = tries.length >= usualTimes && elapsedMs >= repeatingMs;
      const hasShown =
        (elapsedMs >= mixedMs && isEnoughMixed(tries, isKnown)) ||
        (lonelyMs !== undefined &&
          tries.filter(({ kind }) => kind === 'held').length >= heldAfterPause &&
          isOfOnePause(session, tries, lonelyMs));
      const isGone = lastBroken(tries)?.gone !== undefined;
      return (
        hindrance !== undefined ||
        paused !== undefined ||
        session.leftMs <= reserveMs ||
        isLate ||
        hasShown ||
        (isGone && !session.life.canRevive)
      );
    },
    prepare: async (all) => {
      const isExited = session.target.health().kind === 'exited' && !session.ownRestarts.isDown;
      const tries = triesIn(all);
      const isSpoilt = mayRenew && tries.at(-1)?.kind === 'broken';
      if (lastBroken(tries)?.gone !== undefined || isExited || isSpoilt)
        await session.life.revive();
      else if (lonelyMs !== undefined && (await outlastPause(session, lonelyMs)))
        paused = { kind: 'paused', fromMs: lonelyMs };
    },
    look: async () => {
      if (paused !== undefined) return new Map();
      const asksWhy = !hasAskedWhy;
      const lookedMs = performance.now();
      const tried = await attemptUnspoilt(session, behaviour, () =>
        attempt(session, behaviour, given, { asksWhy }),
      );
      let outcome = tried.afresh ?? tried.outcome;
      if (outcome.kind === 'held' && session.life.looksGone()) {
        outcome = await foundDead(session, outcome);
      }
      if (outcome.kind === 'broken') hasAskedWhy ||= outcome.hasAskedWhy === true;
      // On a busy machine one more look is worth its time, however long it takes.
      hasLookedLong ||= session.stretch < busyStretch && performance.now() - lookedMs >= longLookMs;
      if (outcome.kind === 'broken' || outcome.kind === 'held') return new Map([[id, outcome]]);
      hindrance = hindranceOf(outcome);
      return new Map();
    },
  });
  const tries = triesIn(looks);
  // It may have been over before anybody else was asked.
  if (lonelyMs !== undefined && isOfOnePause(session, tries, lonelyMs))
    paused ??= { kind: 'paused', fromMs: lonelyMs };
  return { tries, hindrance, paused };
}

/** When a silence began in which nobody was answered; undefined where there is none, or somebody was. */
function lonelySince(
  session: Session,
  { gone, violation, conversation }: Broken,
): number | undefined {
  const isSilence = ['silence', 'other'].includes(violation.finding.kind);
  if (gone !== undefined || !isSilence || !session.canBeAsked) return undefined;
  const silences = silencesOf(conversation, session.originMs);
  const [first] = silences;
  const last = silences.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // Where there were several, nobody was answered in any.
  return session.deadlines.hasAnsweredBetween(last.fromMs, first.toMs) ? undefined : last.fromMs;
}

/** Whether it failed at first, while nobody was answered, and has held ever since. */
function isOfOnePause(session: Session, tries: readonly Try[], fromMs: number): boolean {
  const heldFrom = tries.findIndex(({ kind }) => kind === 'held');
  const failed = tries.slice(0, Math.max(0, heldFrom)).at(-1);
  if (failed === undefined || tries.slice(heldFrom).some(({ kind }) => kind !== 'held'))
    return false;
  const [silence] = silencesOf(failed.conversation, session.originMs);
  return silence !== undefined && !session.deadlines.hasAnsweredBetween(fromMs, silence.toMs);
}

/** Why a further try told nothing. */
function hindranceOf(outcome: Exclude<Outcome, Try>): string {
  switch (outcome.kind) {
    case 'untested':
    case 'spoiled':
      return `seen once, and not tried again, because ${outcome.reason}`;
    case 'hindered':
      return 'seen once, and not tried again, because something else that the server did was in the way';
    case 'absent':
      return 'seen once, and not tried again, because the server was not there any more';
    case 'unsayable':
      return 'seen once, and not tried again, because this server does not understand what it says';
  }
}

/** A server that is gone died, whatever its client saw of it. */
const findingOf = ({ gone, violation }: Broken): Finding =>
  gone === undefined ? violation.finding : { kind: 'died', exitCode: null, signal: null };

const kindOf = (broken: Broken): Finding['kind'] => findingOf(broken).kind;

/** Whether earlier clients of the run met with the same: it need not be seen again to be believed. */
const wasMetBefore = ({ learned }: Session, { gone, violation }: Broken): boolean =>
  violation.wasSeenBefore ||
  (gone === undefined && learned.familiar.isSeenBefore(violation.finding));

/** Whether enough came of a failure that does not show each time. */
function isEnoughMixed(tries: readonly Try[], isKnown: boolean): boolean {
  const failed = tries.filter(({ kind }) => kind === 'broken').length;
  const least = Math.min(failed, tries.length - failed);
  return least >= enoughMixed || (isKnown && least > 0 && tries.length >= enoughKnown);
}

const sightOf = ({ kind }: Try): Sight => (kind === 'broken' ? 'failed' : 'held');

/** The last failure; or the one whose conversation tells more of the same. */
function mostTelling(tries: readonly Try[]): Broken | undefined {
  const last = lastBroken(tries);
  const telling = tries.find((one) => one.kind === 'broken' && one.hasAskedWhy === true);
  const isSame =
    telling?.kind === 'broken' && last !== undefined && kindOf(telling) === kindOf(last);
  return isSame ? telling : last;
}

const lastBroken = (tries: readonly Try[]): Broken | undefined =>
  tries.findLast((one) => one.kind === 'broken');

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
function isOfCompany({ clients }: Behaviour, { kind }: Finding, tally: Tally): boolean {
  return clients === 'one' && kind === 'ended' && isRare(tally);
}
