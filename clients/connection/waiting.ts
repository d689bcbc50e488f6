// How one connection waits: until something holds, for as long as the deadlines say, and anew as
// long as things move. What is waited for, and what moves, is the caller's to say.
import { afterAwake } from '../awake.ts';
import { longestMs, type Awaited, type Deadlines } from '../deadline.ts';
import type { Scope } from '../scope.ts';
import type { OwnState } from './sides.ts';
import type { Transcript } from '../transcript.ts';

/** A wait is cut into this many, all of them quiet in a row, so that progress is seen in time. */
const slices = 4;
/** A server that drips byte by byte is given up after this many waits' worth of such slices. */
const mostDrippingWaits = 2;
/** One that is known to drip is given up after this share of a wait. */
const knownDripWaits = 0.5;
const meagreBytes = 1024;
/** Some servers work on a message of so many bytes for seconds: they copy all of it at each read, say. */
const largeBytes = 256 * 1024;
/** How long a server is looked at to see whether it works, times what is slow, in milliseconds, */
const workLookMs = 200;
/** and which part of a processor it uses then, however many others want it too. */
const atWorkPart = 0.05;
/** How often it is looked whether the kernel still has bytes under way, in milliseconds. */
const underWayLookMs = 250;

/** The connection that waits, as far as its waits need to know it. */
export interface Waiter {
  readonly deadlines: Deadlines;
  readonly transcript: Transcript;
  readonly signal: AbortSignal | undefined;
  readonly scope: Scope | undefined;
  /** A wait ends when we end our side: by RST as if it were done, by closing with an error. */
  readonly own: () => OwnState;
  /** Whether we take what comes: no time in which we do not is a silence of the server's. */
  readonly reading: () => Reading;
  /** Our port; undefined while there is none. */
  readonly localPort: () => number | undefined;
}

/** Our own reading of the connection. */
interface Reading {
  readonly isPaused: boolean;
  /** How many times it was taken up again. */
  readonly resumptions: number;
}

/** One thing that is waited for. */
interface Awaiting {
  readonly isDone: () => boolean;
  /** A count of bytes that moved. */
  readonly progress: () => number;
  /** How long nothing may move, in milliseconds. */
  readonly quietMs: number;
  /** True for what goes out: a server need not make room for a client that reads nothing. */
  readonly isOutgoing?: boolean;
}

/** Why a wait was given up: nothing came at all, or so little at a time that it has no end. */
export interface GivenUp {
  readonly kind: 'silence' | 'drip';
  readonly waitedMs: number;
  /** True when it was waited for as long as for what never showed before. */
  readonly isInFull: boolean;
}

type Outcome = 'done' | GivenUp['kind'];

export class Waiting {
  readonly #waiter: Waiter;
  /** Sending and receiving may wait at the same time: a chain of two at the most, as a rule. */
  #first: Wait | undefined;

  constructor(waiter: Waiter) {
    this.#waiter = waiter;
  }

  /**
   * Something has happened: every wait looks whether it is over.
   * @returns whether any goes on
   */
  wake(): boolean {
    for (let wait = this.#first; wait !== undefined; wait = wait.next) wait.look();
    this.#dropThoseOver();
    return this.#first !== undefined;
  }

  /**
   * Waits until `isDone`; as long as `progress` goes on the wait begins anew.
   * @param progress a count of bytes that moved
   * @returns undefined when done, or why and after how long it was waited in vain
   * @throws {Error} when the connection is closed or aborted meanwhile
   */
  async until(
    isDone: () => boolean,
    awaited: Awaited,
    progress: () => number,
  ): Promise<GivenUp | undefined> {
    if (isDone()) return undefined;
    const startedMs = performance.now();
    const { deadlines, transcript, signal } = this.#waiter;
    const { client } = transcript;
    const movedBefore = progress();
    try {
      const givenUp = await this.#wait(isDone, awaited, progress, startedMs);
      const isInVain = givenUp !== undefined;
      deadlines.sawWait({
        ...{ awaited, client, startedMs, isInVain },
        isInFull: givenUp?.isInFull ?? false,
        hasMoved: progress() !== movedBefore || isDone(),
      });
      return givenUp;
    } catch (error) {
      const isInVain = signal?.aborted === true;
      const hasMoved = progress() !== movedBefore;
      deadlines.sawWait({ awaited, client, startedMs, isInVain, isInFull: false, hasMoved });
      throw error;
    }
  }

  async #wait(
    isDone: () => boolean,
    awaited: Awaited,
    progress: () => number,
    startedMs: number,
  ): Promise<GivenUp | undefined> {
    const { deadlines, transcript } = this.#waiter;
    const fullMs = deadlines.fullMs(awaited);
    const isUnanswered = deadlines.answersNobody;
    let isBrief = isUnanswered || deadlines.isTriedBriefly(awaited);
    const owedBytes = Math.max(0, transcript.sentBytes - transcript.receivedBytes);
    // Most waits are in full, and over at once.
    const brieflyMs = (): number =>
      isUnanswered
        ? deadlines.unansweredMs(awaited, owedBytes)
        : deadlines.briefMs(awaited, owedBytes);
    let quietMs = isBrief ? Math.min(brieflyMs(), fullMs) : fullMs;
    const isOutgoing = awaited === 'room to send';
    // Another may pay for this silence first: what was to be waited for in full is then as any later wait.
    const isKnownByNow = (): boolean =>
      !isBrief && (deadlines.isTriedBriefly(awaited) || deadlines.answersNobody);
    const isSettled = (): boolean => isDone() || isKnownByNow();
    let outcome = await this.untilQuiet({ isDone: isSettled, progress, quietMs, isOutgoing });
    if (!isDone() && outcome === 'done' && isKnownByNow()) {
      isBrief = true;
      quietMs = Math.min(deadlines.briefMs(awaited, owedBytes), fullMs);
      outcome = await this.untilQuiet({ isDone, progress, quietMs, isOutgoing });
    }
    if (outcome === 'silence' && !isBrief && (await this.#waitLong(isDone, progress, awaited))) {
      return undefined;
    }
    const isAsked = outcome === 'silence' && isBrief && !isUnanswered;
    if (isAsked && !(await deadlines.serverAnswers())) {
      // Nobody is served right now: this silence may be the machine's, so it gets more time.
      // The time the canary took counts: nothing came in it either.
      const elapsedMs = performance.now() - startedMs;
      quietMs = Math.max(quietMs, deadlines.patientMs(awaited) - elapsedMs);
      outcome = await this.untilQuiet({ isDone, progress, quietMs, isOutgoing });
    }
    if (outcome === 'silence' && owedBytes >= largeBytes && !isOutgoing && !isUnanswered) {
      outcome = await this.#waitWhileAtWork(isDone, progress);
    }
    const isTakenForAbsence = awaited !== 'connect' && !isUnanswered && !isOutgoing;
    if (outcome === 'silence' && isTakenForAbsence && quietMs >= underWayLookMs) {
      outcome = await this.#waitWhileUnderWay(isDone, progress);
    }
    if (outcome === 'done' || isDone()) return undefined;
    const elapsedMs = performance.now() - startedMs;
    if (outcome === 'silence' || awaited === 'fin' || awaited === 'end') {
      deadlines.learnAbsence(awaited);
    }
    if (outcome === 'drip') {
      deadlines.learnDrip();
      return { kind: 'drip', waitedMs: Math.round(elapsedMs), isInFull: true };
    }
    const waitedMs = Math.round(Math.max(quietMs, elapsedMs));
    transcript.add({ kind: 'silence', waitedMs, awaited });
    return { kind: 'silence', waitedMs, isInFull: !isBrief || waitedMs >= fullMs };
  }

  /**
   * Waits until `isDone` holds, or nothing moves for `quietMs`.
   * @throws {Error} as `until`
   */
  untilQuiet(awaiting: Awaiting): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const wait = new Wait(this.#waiter, awaiting, resolve, reject);
      this.#dropThoseOver();
      wait.next = this.#first;
      this.#first = wait;
      wait.begin();
    });
  }

  /**
   * The one long wait of a run, for a server that nobody has heard of yet. It ends early where the
   * server hears another client, who has ended its side: then it is not slow, it waits for that.
   */
  async #waitLong(
    isDone: () => boolean,
    progress: () => number,
    awaited: Awaited,
  ): Promise<boolean> {
    if (awaited === 'connect' || awaited === 'its turn') return false;
    const { deadlines } = this.#waiter;
    const quietMs = deadlines.takeLongWaitMs();
    if (quietMs === 0) return false;
    const other = { isHeard: false };
    void deadlines.isHeardOtherwise().then((isHeard) => {
      other.isHeard = isHeard;
      this.wake();
    });
    await this.untilQuiet({ isDone: () => isDone() || other.isHeard, progress, quietMs });
    return isDone();
  }

  /** Waits on for as long as the server is seen to work, and no longer than it may. */
  async #waitWhileAtWork(isDone: () => boolean, progress: () => number): Promise<Outcome> {
    const { deadlines } = this.#waiter;
    const startedMs = performance.now();
    const untilMs = startedMs + deadlines.workMs;
    if (startedMs >= untilMs) return 'silence';
    const quietMs = workLookMs * deadlines.stretch;
    let before = await deadlines.workedMs();
    while (before !== undefined && performance.now() < untilMs) {
      const outcome = await this.untilQuiet({ isDone, progress, quietMs });
      if (outcome !== 'silence') {
        deadlines.learnWork(performance.now() - startedMs, false);
        return outcome;
      }
      const after = await deadlines.workedMs();
      if (after === undefined || after - before < atWorkPart * workLookMs) return 'silence';
      before = after;
    }
    if (before !== undefined) deadlines.learnWork(performance.now() - startedMs, true);
    return 'silence';
  }

  /** Waits on for as long as the kernel has bytes under way: a segment was lost, and is sent again ever later. */
  async #waitWhileUnderWay(isDone: () => boolean, progress: () => number): Promise<Outcome> {
    const { deadlines, localPort } = this.#waiter;
    const untilMs = performance.now() + longestMs;
    while (performance.now() < untilMs && deadlines.isUnderWay(localPort())) {
      const outcome = await this.untilQuiet({ isDone, progress, quietMs: underWayLookMs });
      if (outcome !== 'silence') return outcome;
    }
    return 'silence';
  }

  #dropThoseOver(): void {
    while (this.#first?.isOver === true) this.#first = this.#first.next;
    for (let wait = this.#first; wait !== undefined; wait = wait.next) {
      while (wait.next?.isOver === true) wait.next = wait.next.next;
    }
  }
}

// An object in place of closures: there is one for every reply, and they show in a busy run.
class Wait {
  isOver = false;
  /** The one that began before it. */
  next: Wait | undefined;
  readonly #waiter: Waiter;
  readonly #awaiting: Awaiting;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (reason: Error) => void;
  #callOff: (() => void) | undefined;
  #seen = 0;
  #resumptions = 0;
  #quietSlices = 0;
  #meagreSlices = 0;

  constructor(
    waiter: Waiter,
    awaiting: Awaiting,
    resolve: (outcome: Outcome) => void,
    reject: (reason: Error) => void,
  ) {
    this.#waiter = waiter;
    this.#awaiting = awaiting;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    this.#arm();
    this.look();
  }

  look(): void {
    if (this.isOver) return;
    const { signal, scope, own } = this.#waiter;
    if (this.#awaiting.isDone()) this.#settle('done');
    else if (signal?.aborted === true) this.#settle(signal.reason as Error);
    else {
      const state = own();
      if (state === 'destroyed') {
        this.#settle(
          scope?.reason ?? new Error('The connection was closed while it was waited for.'),
        );
      } else if (state === 'reset') this.#settle('done');
    }
  }

  #settle(outcome: Outcome | Error): void {
    this.isOver = true;
    this.#callOff?.();
    if (typeof outcome === 'string') this.#resolve(outcome);
    else this.#reject(outcome);
  }

  #arm(): void {
    this.#seen = this.#awaiting.progress();
    this.#resumptions = this.#waiter.reading().resumptions;
    this.#callOff = afterAwake(this.#awaiting.quietMs / slices, () => this.#onQuiet());
  }

  /** True when we did not read in all of this slice. */
  get #isHeldUpByUs(): boolean {
    const { isPaused, resumptions } = this.#waiter.reading();
    return resumptions !== this.#resumptions || (isPaused && this.#awaiting.isOutgoing !== true);
  }

  get #mostMeagreSlices(): number {
    const { drips, stretch } = this.#waiter.deadlines;
    return slices * (drips ? knownDripWaits : mostDrippingWaits) * stretch;
  }

  /** One slice of the wait has passed. */
  #onQuiet(): void {
    if (this.isOver) return;
    this.#callOff = undefined;
    if (this.#awaiting.isDone()) {
      this.#settle('done');
      return;
    }
    if (this.#isHeldUpByUs) {
      this.#quietSlices = 0;
      this.#arm();
      return;
    }
    const moved = this.#awaiting.progress() - this.#seen;
    this.#quietSlices = moved === 0 ? this.#quietSlices + 1 : 0;
    this.#meagreSlices += moved < meagreBytes ? 1 : 0;
    if (this.#quietSlices === slices) this.#settle('silence');
    else if (this.#meagreSlices >= this.#mostMeagreSlices) this.#settle('drip');
    else this.#arm();
  }
}
