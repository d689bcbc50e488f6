// All behaviours of one run: which apply, in what order they are judged, and what follows from one
// verdict for the others. A server that goes away is looked into until the one who did it is known.
import { awake } from '../../../clients/awake.ts';
import { whyNot } from './applies.ts';
import { isAboutStarts } from '../trial/attempt.ts';
import {
  blockedVerdict,
  hiddenVerdict,
  hinderedVerdict,
  strayVerdict,
  unansweredVerdict,
} from '../trial/blocked.ts';
import { describe, type Behaviour, type Violation } from '../../behaviours/behaviour.ts';
import { manyAtOnce, servesTogether } from '../../behaviours/concurrency.ts';
import { isStray } from '../../behaviours/checks/stray.ts';
import type { Verdict } from '../../events/events.ts';
import { judgeByFirst } from './first-conversation.ts';
import { judgeHarmless } from './harmless.ts';
import type { FirstConversation } from '../../behaviours/first-conversation.ts';
import type { Given } from '../../behaviours/given.ts';
import { farewell } from '../trial/departure.ts';
import { checkBehaviour } from '../trial/check-behaviour.ts';
import { runInLanes } from './schedule.ts';
import { RunTime } from './run-time.ts';
import { findPlaces } from '../session/places.ts';
import { comesToAnswerAgain } from '../session/pause.ts';
import type { Session } from '../session/session.ts';
import { staysUp } from '../../behaviours/stays-up.ts';
import { beginSpan } from '../../../targets/spans.ts';
import type { SnapshotTaken } from '../../../targets/target.ts';
import { Verdicts, type VerdictsOptions } from './verdicts.ts';
import { judgeWholeRun, stoppedByUs, unseen } from './whole-run.ts';

/** Where one of these fails, places may be few. */
const tellsPlaces: readonly string[] = [servesTogether, manyAtOnce];
/** With so many places there is room for what all but a crowd asks for. */
const mostPlaces = 64;
/** With less than this left, in milliseconds, nothing further begins. */
const reserveMs = 1000;

/** So many times more behaviours are under way where each of them waits for a slow server. */
const slowFactor = 2;

export interface PlanOptions extends VerdictsOptions {
  /** Behaviours side by side, at the most. */
  readonly mostLanes: number;
  /** Conversations to be held again instead of generated ones, by behaviour. */
  readonly givens: ReadonlyMap<string, Given>;
  /** The command that runs behaviours of this run again; all where none is named. */
  readonly again: (ids: readonly string[]) => string;
  /** Ids of behaviours that come before the others, as far as they do the server no harm. */
  readonly first: ReadonlySet<string>;
  /** Comes when all is judged but what is about the run as a whole: the server is there for nobody else. */
  readonly beforeTheEnd: () => Promise<void>;
}

export class Plan {
  readonly #session: Session;
  readonly #options: PlanOptions;
  readonly #verdicts: Verdicts;
  readonly #time: RunTime;
  /** Under way when the server went: to be judged again, one at a time. */
  readonly #suspects: Behaviour[] = [];
  readonly #underWay = new Set<Behaviour>();
  /** How many of those wait until they are alone. */
  #waiting = 0;
  /** Those under way that want the server to themselves, and beside which others begin all the same. */
  readonly #besideOthers = new Set<Behaviour>();
  /** How many times over it is waited for those who only listen, and nothing else begins. */
  #hearing = 0;
  /** Found broken while it was not known whether the server speaks by itself. */
  readonly #unsettled: Behaviour[] = [];
  /** What stood in the way of those that could not be tried, as long as no failure accounts for it. */
  readonly #hindered = new Map<string, Violation>();
  /** Not begun, or met with silence, because the server answered nobody any more; with what is to be told of it. */
  readonly #unanswered = new Map<Behaviour, Verdict | undefined>();
  /** Those that are judged, or blocked, in the end. */
  #applicable: readonly Behaviour[] = [];

  constructor(session: Session, options: PlanOptions) {
    this.#session = session;
    this.#options = options;
    this.#verdicts = new Verdicts(options, session.options.signal);
    this.#time = new RunTime(session, this.#verdicts, options.emit);
  }

  /** Judges all that applies; what is left when time is up or the run is stopped stays unjudged. */
  async judgeAll(first: FirstConversation): Promise<void> {
    const { behaviours, emit } = this.#options;
    emit({ type: 'planned', behaviours: behaviours.map(describe) });
    const { contract, target } = this.#session;
    const isSpent = contract.serves === 'one' && !target.restartable;
    // A person types a few lines, not hundreds: they were typed when the contract was found out.
    if (isSpent || target.console?.patienceMs !== undefined) {
      for (const one of behaviours)
        this.#verdicts.settle(one.id, judgeByFirst(one, first, contract, target));
      return;
    }
    await this.#noteEarlyDeparture();
    await this.#session.meetOne();
    // Best effort: what keeps it from opening will be found by a behaviour.
    const withMute = behaviours.some(({ takesMute }) => takesMute === true);
    await this.#session.idler.open(withMute).catch(() => undefined);
    const applicable = this.#setAside(behaviours, await this.#firstSnapshot());
    this.#applicable = applicable;
    await this.#judgeInOrder(applicable);
    this.#session.idler.end();
    for (const [id, by] of this.#hindered) {
      const reason = `could not be tested: ${by.message}`;
      this.#verdicts.settle(
        id,
        hinderedVerdict(by, this.#verdicts.given) ?? { kind: 'errored', reason },
      );
    }
    this.#closeBooks(applicable);
  }

  async #judgeInOrder(all: readonly Behaviour[]): Promise<void> {
    const { mostLanes, first } = this.#options;
    const { learned, gainsByCompany, contract, life } = this.#session;
    const lanes = learned.needsOneLane ? 1 : gainsByCompany ? slowFactor * mostLanes : mostLanes;
    const isFirst = ({ id }: Behaviour): boolean => first.has(id);
    const inManner = (manner: Behaviour['manner'], come: 'first' | 'later'): Behaviour[] =>
      applicable.filter(
        (one) =>
          one.manner === manner && one.isAboutRun !== true && isFirst(one) === (come === 'first'),
      );
    const newer = all.filter(({ isNewer }) => isNewer === true);
    const applicable = all.filter((one) => !newer.includes(one));
    for (const come of ['first', 'later'] as const) {
      await judgeHarmless(inManner('gentle', come), inManner('alone', come), {
        lanes,
        inLanes: (some, mostLanes) => this.#inLanes(some, mostLanes),
        judgeHeldUp: (listening, mostLanes) => this.#judgeHeldUp(listening, mostLanes),
        hasPassed: (id) => this.#verdicts.given.get(id)?.kind === 'passed',
        listen: (one) => this.#listen(one),
        hear: (listening) => this.#hear(listening),
        isClean: () => this.#verdicts.failures === 0 && !this.#verdicts.areOver,
        // The word that ends one conversation ends all others of some servers, for good.
        mayGoAhead: () => contract.ending === null && life.canRevive,
        renew: () => (this.#verdicts.areOver ? Promise.resolve() : life.revive()),
      });
    }
    const allRough = [...inManner('rough', 'first'), ...inManner('rough', 'later')];
    // Where an operator types, what a client leaves behind may meet the line that is typed next.
    const isTyped = this.#session.contract.opening === 'server';
    const isEarly = ({ isAtRest }: Behaviour): boolean => isAtRest === true && !isTyped;
    const rough = [...allRough.filter(isEarly), ...allRough.filter((one) => !isEarly(one))];
    const left = new Set(rough);
    for (const behaviour of rough) {
      for (const one of [...this.#leadingTo(behaviour, left), behaviour]) {
        // It may have come before another.
        if (!left.delete(one)) continue;
        // Whether somebody is answered again is asked of this server, and not of the next.
        if (isAboutStarts(one)) await this.#judgeUnanswered();
        await this.#judgeAlone(one);
      }
    }
    await this.#judgeUnanswered();
    if (!this.#verdicts.areOver) await this.#options.beforeTheEnd();
    for (const behaviour of applicable.filter(({ isAboutRun }) => isAboutRun === true)) {
      if (!this.#verdicts.areOver) await this.#judgeTheRun(behaviour);
    }
    await this.#judgeNewer(newer);
  }

  /**
   * Those of `some` that leave just the server that `behaviour` wants, which needs no start of its own then. Where
   * something is wrong the usual order stands: a server that was stopped may not come back as it was.
   */
  #leadingTo(behaviour: Behaviour, some: ReadonlySet<Behaviour>): readonly Behaviour[] {
    const { given, failures, areOver } = this.#verdicts;
    const { life, going } = this.#session;
    const now = life.firstSnapshot;
    if (now === undefined || behaviour.wantsFresh?.(now) !== true) return [];
    const isBlocked =
      blockedVerdict(behaviour, given, (need) => going.isExcused(need)) !== undefined;
    if (isBlocked || areOver || failures > 0 || !life.canRevive) return [];
    return [...some].filter(({ leavesFresh }) => leavesFresh === true);
  }

  /**
   * Judges what is newer than the suite, one at a time and behind all else: whatever it does to the server, and
   * however long it takes, changes no verdict of the suite.
   */
  async #judgeNewer(newer: readonly Behaviour[]): Promise<void> {
    const [gentle, others] = [
      newer.filter(({ manner }) => manner === 'gentle'),
      newer.filter(({ manner }) => manner !== 'gentle'),
    ];
    await this.#inLanes(gentle, 1);
    await this.#judgeHeldUp(Promise.resolve());
    for (const behaviour of others) await this.#judgeAlone(behaviour);
    await this.#judgeUnanswered();
  }

  /**
   * Judges those that hang on what was being found out: what the server says by itself, or how it went.
   * Nobody may be there beside them then, not even one who only listens.
   */
  async #judgeHeldUp(listening: Promise<void>, lanes = 1): Promise<void> {
    const isHeldUp = this.#unsettled.length > 0 || this.#suspects.length > 0;
    if (isHeldUp || this.#session.inquiry.isUnderWay) await this.#hear(listening);
    await this.#inLanes(this.#unsettled.splice(0), lanes);
    await this.#judgeSuspects();
  }

  /** Judges one beside which others begin. */
  async #listen(one: Behaviour): Promise<void> {
    this.#besideOthers.add(one);
    await this.#inLanes([one], 1);
    this.#besideOthers.delete(one);
  }

  /** Waits for those who only listen; meanwhile nothing else begins. */
  async #hear(listening: Promise<void>): Promise<void> {
    this.#hearing += 1;
    try {
      await listening;
    } finally {
      this.#hearing -= 1;
    }
  }

  async #judgeAlone(behaviour: Behaviour): Promise<void> {
    await this.#inLanes([behaviour], 1);
    await this.#judgeHeldUp(Promise.resolve());
  }

  #inLanes(some: readonly Behaviour[], mostLanes: number): Promise<void> {
    return runInLanes(some, {
      mostLanes,
      isOver: () => {
        this.#time.extend();
        return this.#verdicts.areOver || this.#session.leftMs < reserveMs;
      },
      isHeld: () => this.#session.inquiry.isUnderWay,
      run: (behaviour) => this.#judgeOne(behaviour),
    });
  }

  async #judgeOne(behaviour: Behaviour): Promise<void> {
    const { id } = behaviour;
    const startedMs = performance.now();
    const { going } = this.#session;
    const blocked =
      hiddenVerdict(behaviour, going) ??
      blockedVerdict(behaviour, this.#verdicts.given, (need) => going.isExcused(need));
    if (blocked !== undefined) {
      this.#verdicts.settle(id, blocked);
      return;
    }
    if (this.#isBereft) {
      this.#verdicts.settle(id, blockedByDeparture);
      return;
    }
    if (this.#session.ownRestarts.isDown && behaviour.uses?.includes('lifecycle') !== true) {
      this.#verdicts.settle(id, { kind: 'skipped', reason: stoppedByUs });
      return;
    }
    if (this.#hangsOnUnanswered(behaviour)) {
      this.#unanswered.set(behaviour, undefined);
      return;
    }
    this.#time.share(this.#applicable);
    const hadCompany = this.#besideOthers.size > 0;
    await this.#time.relieve(behaviour, () => this.#untilUnused());
    this.#underWay.add(behaviour);
    this.#options.emit({ type: 'behaviour-started', id });
    const endSpan = beginSpan('behaviour', id);
    const checked = await checkBehaviour(this.#session, behaviour, {
      isAlone: () => this.#underWay.size - this.#waiting === 1,
      hadCompany: () => hadCompany,
      untilAlone: () => this.#untilAlone(this.#besideOthers.has(behaviour)),
      again: this.#options.again,
      given: this.#options.givens.get(id),
    });
    endSpan({ came: checked.kind === 'judged' ? checked.verdict.kind : checked.kind });
    if (checked.kind === 'judged') {
      this.#verdicts.settle(id, checked.verdict, startedMs);
      if (behaviour.spoils === true && checked.verdict.kind === 'failed')
        await this.#reviveWhenUnused();
      if (tellsPlaces.includes(id) && checked.verdict.kind === 'failed') await this.#learnPlaces();
    }
    this.#underWay.delete(behaviour);
    if (checked.kind === 'judged') return;
    if (checked.kind === 'suspect') this.#suspects.push(behaviour);
    else if (checked.kind === 'unsettled') this.#unsettled.push(behaviour);
    else if (checked.kind === 'unanswered') this.#unanswered.set(behaviour, checked.verdict);
    else this.#settleHindered(id, checked.by, startedMs);
  }

  /**
   * Waits until nobody speaks to the server: a fresh one must not take the place of one that somebody does. Those who wait
   * to be alone have nobody connected.
   * @param besides how many may be under way all the same: the one who asks
   */
  async #untilUnused(besides = 0): Promise<void> {
    // Who has just been let begin is counted at the next turn.
    do await awake(10);
    while (
      this.#underWay.size - besides > this.#waiting &&
      !this.#verdicts.isStopped &&
      this.#session.leftMs > 0
    );
  }

  /**
   * Puts a fresh server in the place of this one when nobody but the one who asks speaks to it any more: a test that has
   * its pause beside the one that spoilt it would find the server gone.
   */
  async #reviveWhenUnused(): Promise<void> {
    await this.#untilUnused(1);
    await this.#session.life.revive();
  }

  /**
   * Whoever waits has nobody connected: of those that wait, one goes on when nothing else is under way.
   * @param goesOn whether others begin beside it, so that it is alone when all of them are through
   */
  async #untilAlone(goesOn: boolean): Promise<void> {
    this.#waiting += 1;
    try {
      while (
        (this.#underWay.size > this.#waiting || (goesOn && this.#hearing === 0)) &&
        !this.#verdicts.isStopped &&
        this.#session.leftMs > 0
      ) {
        await awake(10);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  #settleHindered(id: string, by: Violation, startedMs: number): void {
    const verdict = isStray(by.finding, this.#session.learned.saysUnasked)
      ? strayVerdict(by)
      : hinderedVerdict(by, this.#verdicts.given);
    if (verdict === undefined) this.#hindered.set(id, by);
    else this.#verdicts.settle(id, verdict, startedMs);
  }

  /** Those that were under way when the server went are judged again, one at a time. */
  async #judgeSuspects(): Promise<void> {
    const some = this.#suspects.splice(0);
    if (some.length === 0) return;
    const { learned } = this.#session;
    if (learned.departures.length === 0) {
      learned.sawDeparture(farewell((await this.#session.life.ending()) ?? unseen, listed(some)));
    }
    this.#options.emit({ type: 'noticed', message: learned.departures.at(-1) ?? '' });
    for (const behaviour of some) {
      if (this.#verdicts.isStopped) return;
      if ((await this.#session.life.ending()) !== undefined) await this.#session.life.revive();
      await this.#inLanes([behaviour], 1);
      for (const { id } of this.#suspects.splice(0)) this.#verdicts.settle(id, blockedByDeparture);
    }
  }

  /**
   * Those that nobody would have answered. It may have been a long pause: where somebody is answered again, they are
   * judged after all, those too that had met with silence.
   */
  async #judgeUnanswered(): Promise<void> {
    if (this.#unanswered.size === 0 || this.#verdicts.areOver) return;
    const { learned } = this.#session;
    if (await comesToAnswerAgain(this.#session)) {
      const some = [...this.#unanswered.keys()];
      this.#unanswered.clear();
      learned.sawAnsweredAgain();
      for (const behaviour of some) await this.#judgeAlone(behaviour);
    }
    const left = [...this.#unanswered];
    this.#unanswered.clear();
    for (const [{ id }, verdict] of left)
      if (verdict !== undefined) this.#verdicts.settle(id, verdict);
    for (const [behaviour, verdict] of left) {
      if (verdict !== undefined) continue;
      const blocked =
        blockedVerdict(behaviour, this.#verdicts.given) ?? unansweredVerdict(learned.unheard);
      this.#verdicts.settle(behaviour.id, blocked);
    }
  }

  /** Whether it is told at the end only, where somebody is answered: nobody is now, or what it needs was not seen. */
  #hangsOnUnanswered(behaviour: Behaviour): boolean {
    if (this.#session.answersNobody && !isAboutStarts(behaviour)) return true;
    return [...this.#unanswered.keys()].some(({ id }) => behaviour.needs.includes(id));
  }

  /** What else asks for many clients at once is judged with as many as there are places. */
  async #learnPlaces(): Promise<void> {
    const session = this.#session;
    const found = await findPlaces(session, mostPlaces);
    if (found !== undefined) session.learned.sawPlaces(found + session.openCount);
  }

  async #judgeTheRun(behaviour: Behaviour): Promise<void> {
    const { id } = behaviour;
    const { again, emit } = this.#options;
    const startedMs = performance.now();
    emit({ type: 'behaviour-started', id });
    const came = await judgeWholeRun(this.#session, behaviour, this.#verdicts.given, again);
    if (came.kind === 'judged') this.#verdicts.settle(id, came.verdict, startedMs);
    else this.#settleHindered(id, came.by, startedMs);
  }

  /** The server may have gone already when its contract was found out. */
  async #noteEarlyDeparture(): Promise<void> {
    const session = this.#session;
    const gone = session.life.looksGone() ? await session.life.ending() : undefined;
    if (gone === undefined) return;
    session.learned.sawDeparture(farewell(gone, 'the first conversation'));
    await session.life.revive();
  }

  /** Whether the server's processes can be seen, told once and early. */
  async #firstSnapshot(): Promise<SnapshotTaken | undefined> {
    const isUsed = this.#options.behaviours.some(({ uses }) => uses?.includes('processes'));
    return isUsed ? await this.#session.life.snapshot() : undefined;
  }

  /** Skips what does not apply; returns the rest. */
  #setAside(behaviours: readonly Behaviour[], snapshot: SnapshotTaken | undefined): Behaviour[] {
    const { contract, target } = this.#session;
    return behaviours.filter((behaviour) => {
      const reason = whyNot(behaviour, contract, target, snapshot);
      if (reason !== undefined) this.#verdicts.settle(behaviour.id, { kind: 'skipped', reason });
      return reason === undefined;
    });
  }

  #closeBooks(applicable: readonly Behaviour[]): void {
    const left = applicable.filter(({ id }) => !this.#verdicts.given.has(id));
    if (left.length === 0 || this.#verdicts.isStopped) return;
    if (this.#verdicts.hasBailed) {
      const { failures } = this.#verdicts;
      const reason = `the run stopped after ${failures === 1 ? '1 failure' : `${failures} failures`} (--bail)`;
      for (const { id } of left) this.#verdicts.settle(id, { kind: 'skipped', reason });
      return;
    }
    const reason = this.#time.whyItIsUp;
    for (const { id } of left) this.#verdicts.settle(id, { kind: 'errored', reason });
    const count = left.length === 1 ? '1 behaviour was' : `${left.length} behaviours were`;
    this.#options.emit({ type: 'noticed', message: `${count} not tested: ${reason}.` });
  }

  /** True when the server went and nobody can bring it back. */
  get #isBereft(): boolean {
    return this.#session.learned.departures.length > 0 && !this.#session.life.canRevive;
  }
}

const blockedByDeparture: Verdict = {
  kind: 'blocked',
  by: [staysUp.id],
  reason: `the server had gone away (${staysUp.id})`,
};

function listed(some: readonly Behaviour[]): string {
  const ids = some.slice(0, 3).map(({ id }) => id);
  return some.length > ids.length ? `${ids.join(', ')} or another` : ids.join(' or ');
}
