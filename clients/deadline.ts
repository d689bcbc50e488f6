// How long to wait, learned from what this server's own replies and ends took. A silence is expensive
// once: when it is known that a kind of thing does not come, the next wait for it is short and then
// checked by a canary, a whole conversation on a new connection, before it is believed. A server of
// which nothing was ever heard is given one long wait: it may be slow.
import { AnsweredTimes } from './answered-times.ts';
import { Recent } from './recent.ts';
import { Unanswered } from './unanswered.ts';
import { VainWaits, type Thrift } from './vain-waits.ts';

/**
 * What a client can wait for: `fin` answers its own FIN, `end` is the server's doing; `its turn` is
 * a first reply while the connection may still stand in the backlog.
 */
export type Awaited = 'reply' | 'fin' | 'end' | 'connect' | 'its turn' | 'room to send';

/** A client's wait, told when it is over. */
export interface Wait {
  readonly awaited: Awaited;
  readonly client: string;
  /** When it began, as a `performance.now()`. */
  readonly startedMs: number;
  /** True when what was waited for did not come. */
  readonly isInVain: boolean;
  /** True when it was waited for as long as for what never showed before. */
  readonly isInFull: boolean;
  /** True when anything came meanwhile; as `isInVain` says when absent. */
  readonly hasMoved?: boolean;
}

export interface DeadlineOptions {
  /** How long to wait for anything that never showed before, in milliseconds. */
  readonly generousMs: number;
  /** How long to wait, once, for a server of which nothing was heard yet; `generousMs` when absent. */
  readonly longMs?: number;
  /** Told once, when the long wait goes on beyond the generous one, in milliseconds. */
  readonly onLongWait?: (generousMs: number, longMs: number) => void;
  /** Told of each wait when it is over. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Whether a new client who also ends its side is heard, while the long wait goes on. */
  readonly soundOut?: () => Promise<boolean>;
  /** How many times longer everything takes than on an idle machine; 1 when absent. */
  readonly stretch?: () => number;
  /** Whether a server that answers nobody has stopped doing so; when absent, none is taken to have. */
  readonly owesAnswers?: () => boolean;
  /** The processor time that the server has used so far, in milliseconds; undefined where that cannot be seen. */
  readonly workedMs?: () => Promise<number | undefined>;
  /** Whether the kernel has bytes under way of the connection at this port of ours; never seen when absent. */
  readonly isUnderWay?: (localPort: number) => boolean;
  /** Whether the server serves a new client right now; undefined while that cannot be asked. */
  canary?: () => Promise<boolean>;
}

/** Below this even an idle machine's scheduler, or Nagle against a delayed ACK, can hold a reply. */
const shortestMs = 150;
/** Once this run has paid for its silences: more than a delayed ACK, times what is slow. */
const thriftyMs = 60;
/** Where no canary can be sent, because the server takes one client at a time; times what is slow, and at the most. */
const withoutCanaryMs = 200;
const thriftyWithoutCanaryMs = 100;
const longestWithoutCanaryMs = 500;
/** Where nobody else is served either, once this run has paid for its silences; times what is slow. */
const unconfirmedMs = 300;
const unconfirmedWhereBusyMs = 500;
/** A machine on which everything takes so many times longer is busy with others. */
export const busyStretch = 1.5;
/** What no server is slower to read, work on and answer, in bytes a millisecond, on an idle machine. */
const leastBytesPerMs = 8192;
/** Of that time, once this run has paid for its silences. */
const thriftyPart = 0.25;
/** SYN retries come 1, 3 and 7 seconds after the first, see tcp_syn_retries in tcp(7). */
const connectMs = 8000;
/** Where connects are known to get no answer, the first two retries are enough. */
const laterConnectMs = 3500;
/** And the first alone is, once this run has paid for its silences. */
const thriftyConnectMs = 1500;
/** It is said of a server that it answers nobody any more after so many full waits in a row, whoever waited. */
const unansweredWaits = 2;
/** Of such a server, times what is slow, and at the most. */
const unansweredMs = 100;
const mostUnansweredMs = 300;
/** For a server that was silent in its one long wait: whatever it does, it does not do it now. */
const afterLongMs = 100;
/** Nothing is waited for longer, in milliseconds. */
export const longestMs = 10_000;
/**
 * A server that is seen to work on what it was sent is waited for so much longer, times what is slow, in milliseconds; and
 * once that came to nothing, when it is sent less.
 */
const mostWorkMs = [5000, 2000];
/** Work on one message that takes so long, times what is slow, is to be made smaller; in milliseconds. */
const longWorkMs = 1000;

/** The waiting times of one run. */
export class Deadlines {
  readonly #options: DeadlineOptions;
  readonly #roundTrips = new Recent();
  readonly #fins = new Recent();
  /** What is known not to come, and since when, as of `performance.now()`. */
  readonly #absent = new Map<Awaited, number>();
  readonly #vainWaits = new VainWaits();
  readonly #unanswered: Unanswered;
  readonly #answered = new AnsweredTimes();
  #hasWaitedLong = false;
  #worksInVain = 0;
  #worksLong = false;
  #isLeftInVain = false;
  #drips = false;
  #hasSentBytes = false;
  #heardCount = 0;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#unanswered = new Unanswered(unansweredWaits * options.generousMs);
  }

  /** Takes note of a wait that is over. */
  sawWait(wait: Wait): void {
    const { isInVain, startedMs, awaited, hasMoved = !isInVain } = wait;
    const endedMs = performance.now();
    if (isInVain) this.#vainWaits.note(startedMs, endedMs);
    // Whether the kernel lets a client in, or takes what it sent, says nothing of the server.
    const isOfKernel = awaited === 'connect' || awaited === 'room to send';
    if (hasMoved && !isOfKernel) this.sawAnswer();
    else if (isInVain && awaited !== 'connect') this.#unanswered.sawSilence(startedMs, endedMs);
    this.#options.onWait?.(wait);
  }

  /** Somebody was answered: one of ours, or a client whose waits are not told here. */
  sawAnswer(): void {
    this.#unanswered.sawAnswer();
    this.#answered.saw(performance.now());
  }

  /** Somebody whose waits are not told here was not answered since `startedMs`, as of `performance.now()`. */
  sawSilence(startedMs: number): void {
    this.#unanswered.sawSilence(startedMs, performance.now());
  }

  /** Whether anybody was answered between these times, as of `performance.now()`. */
  hasAnsweredBetween(fromMs: number, toMs: number): boolean {
    return this.#answered.hasAny(fromMs, toMs);
  }

  /** When anybody was answered last, as of `performance.now()`; -Infinity where nobody was. */
  get lastAnsweredMs(): number {
    return this.#answered.lastMs;
  }

  /** A fresh server has answered nobody yet, and kept nobody waiting. */
  meetAnother(): void {
    this.#unanswered.sawAnswer();
  }

  /** True once nobody was answered for long, and many waited: every further wait is a short one. */
  get answersNobody(): boolean {
    const { owesAnswers } = this.#options;
    return owesAnswers?.() === true && this.#unanswered.isForLong(this.slowestMs);
  }

  /**
   * How long `awaited` is waited for where the server answers nobody any more, in milliseconds.
   * @param owedBytes as for `briefMs`
   */
  unansweredMs(awaited: Awaited, owedBytes = 0): number {
    if (awaited === 'connect') return thriftyConnectMs;
    const shortMs = Math.min(mostUnansweredMs, unansweredMs * this.stretch);
    return this.#blindMs(shortMs) + this.#workMs(owedBytes);
  }

  /** Takes note of one round trip of the server, in milliseconds. */
  observe(roundTripMs: number): void {
    this.#hasSentBytes = true;
    this.sawAnswer();
    this.#heardCount += 1;
    if (!this.#drips) this.#roundTrips.note(roundTripMs);
  }

  /**
   * Takes note of how long after a client's FIN the server's came, in milliseconds.
   * @param hasReplied whether any byte had come on that connection
   */
  observeFin(finMs: number, hasReplied: boolean): void {
    this.#fins.note(finMs);
    this.sawAnswer();
    if (hasReplied) this.#hasSentBytes = true;
  }

  /** How many times longer everything takes right now than on an idle machine. */
  get stretch(): number {
    return this.#options.stretch?.() ?? 1;
  }

  /** How many replies came so far, of those whose time was taken. */
  get heardCount(): number {
    return this.#heardCount;
  }

  /** The slowest of the last round trips, in milliseconds; 0 before the first. */
  get slowestMs(): number {
    return this.#roundTrips.slowestMs;
  }

  /** The median of the last round trips, in milliseconds; 0 before the first. */
  get typicalMs(): number {
    return this.#roundTrips.typicalMs;
  }

  /** The median time from a client's FIN to the server's, in milliseconds; 0 before the first. */
  get typicalFinMs(): number {
    return this.#fins.typicalMs;
  }

  /** The full wait for `awaited`, in milliseconds. */
  fullMs(awaited: Awaited): number {
    const { generousMs } = this.#options;
    if (awaited === 'connect' || awaited === 'its turn') {
      return this.hasHeardNothing ? Math.min(generousMs, connectMs) : connectMs;
    }
    // A server that never replied may end conversations all the same, in its time.
    const isEnd = awaited === 'fin' || awaited === 'end';
    const endsSome = isEnd && this.#fins.count > 0;
    if (this.hasHeardNothing && !endsSome) return Math.min(generousMs, afterLongMs);
    const learnedMs = Math.max(
      20 * this.typicalMs + 4 * this.slowestMs,
      4 * (awaited === 'fin' ? this.#fins.slowestMs : 0),
    );
    return Math.min(longestMs, Math.max(generousMs, learnedMs));
  }

  /**
   * The wait after which a canary is asked, in milliseconds.
   * @param owedBytes what the client has said more than it was answered: a new client is served while that is worked on
   */
  briefMs(awaited: Awaited, owedBytes = 0): number {
    const finMs = awaited === 'fin' ? this.#fins.slowestMs : 0;
    const learnedMs = Math.max(this.#fewRoundTripsMs, 4 * finMs);
    const leastMs =
      this.#thrift === 'none' ? shortestMs : Math.min(shortestMs, thriftyMs * this.stretch);
    const briefMs = Math.min(this.fullMs(awaited) / 2, Math.max(leastMs, learnedMs));
    return Math.min(this.fullMs(awaited), briefMs + this.#workMs(owedBytes));
  }

  /** From now on `awaited` is known not to come from this server. */
  learnAbsence(awaited: Awaited): void {
    if (!this.#absent.has(awaited)) this.#absent.set(awaited, performance.now());
  }

  /** The server answered nobody for a while, and does again: what did not come since `fromMs` tells nothing of it. */
  forgetAbsences(fromMs: number): void {
    for (const [awaited, sinceMs] of this.#absent)
      if (sinceMs >= fromMs) this.#absent.delete(awaited);
  }

  /** From now on a client that leaves is known to be left without the server's FIN. */
  learnLeftInVain(): void {
    this.#isLeftInVain = true;
  }

  /** How long a client that leaves waits for the server's FIN, in milliseconds, and whether that is in full. */
  get leaving(): { readonly quietMs: number; readonly isFull: boolean } {
    if (this.answersNobody) return { quietMs: this.unansweredMs('fin'), isFull: false };
    const isFull = !this.isAbsent('fin') && !this.#isLeftInVain;
    return { quietMs: isFull ? this.fullMs('fin') : this.briefMs('fin'), isFull };
  }

  /** True when `awaited` is known not to come. */
  isAbsent(awaited: Awaited): boolean {
    return this.#absent.has(awaited);
  }

  /**
   * Whether a short wait for `awaited` is tried first, and checked by a canary. A server of which
   * nothing is ever heard is waited for shortly anyway, and there no canary comes back.
   */
  isTriedBriefly(awaited: Awaited): boolean {
    const isKnown = this.isAbsent(awaited) || (awaited === 'fin' && this.#isLeftInVain);
    return isKnown && this.fullMs(awaited) > afterLongMs;
  }

  /**
   * From now on the server is known to send a few bytes at a time, without end: what comes so is no
   * reply whose time would tell anything, and is not listened to for long again.
   */
  learnDrip(): void {
    this.#drips = true;
  }

  /** True once the server was seen to send a few bytes at a time for longer than it was listened to. */
  get drips(): boolean {
    return this.#drips;
  }

  /** How long to wait on for what is known to be absent when the canary gave no comfort. */
  patientMs(awaited: Awaited): number {
    if (awaited === 'connect') {
      const laterMs = this.#thrift === 'always' ? thriftyConnectMs : laterConnectMs;
      return Math.min(laterMs, this.fullMs(awaited));
    }
    // A server that has never answered anybody is not waited for at length twice.
    if (this.#options.canary !== undefined && this.#hasAnswered) {
      const isThrifty = this.#thrift === 'always';
      return isThrifty ? this.#unconfirmedMs : this.fullMs(awaited);
    }
    if (this.hasHeardNothing) return afterLongMs;
    const isThrifty = this.#thrift === 'always' && !this.#isBusy;
    const blindMs = isThrifty ? thriftyWithoutCanaryMs : withoutCanaryMs;
    return this.#blindMs(Math.min(longestWithoutCanaryMs, blindMs * this.stretch));
  }

  /**
   * The one long wait, for a server of which nothing was heard yet: how much longer than the full
   * wait it is, in milliseconds. 0 where it was had already, or something was heard.
   */
  takeLongWaitMs(): number {
    const { generousMs, longMs = generousMs, onLongWait } = this.#options;
    if (this.#hasSentBytes || this.#fins.count > 0 || this.#hasWaitedLong) return 0;
    this.#hasWaitedLong = true;
    if (longMs > generousMs) onLongWait?.(generousMs, longMs);
    return Math.max(0, longMs - generousMs);
  }

  /**
   * True when no byte came from the server so far, in its one long wait neither. That it ends an empty
   * conversation says nothing of replies: some runtimes do so for a program that reads nothing.
   */
  get hasHeardNothing(): boolean {
    return this.#hasWaitedLong && !this.#hasSentBytes;
  }

  /** How long the server, of which nothing was ever heard, was waited for once, in milliseconds; or 0. */
  get silentForMs(): number {
    const { generousMs, longMs = generousMs } = this.#options;
    return this.hasHeardNothing ? longMs : 0;
  }

  /** Asks whether the server hears a client who has ended its side: then it is not slow. */
  async isHeardOtherwise(): Promise<boolean> {
    return (await this.#options.soundOut?.()) ?? false;
  }

  /**
   * How long a canary may take to be served before it is believed that nobody is, in milliseconds. In full only while no
   * reply was waited for in full: whoever asked waits on, where the canary brings no word.
   */
  get canaryMs(): number {
    const fullMs = this.fullMs('reply');
    if (this.#thrift !== 'always' && !this.isAbsent('reply')) return fullMs;
    return Math.min(fullMs, this.#unconfirmedMs);
  }

  /** Asks whether the server serves a new client at this moment. */
  async serverAnswers(): Promise<boolean> {
    return (await this.#options.canary?.()) ?? false;
  }

  /** From now on silences are checked by `canary`; undefined when the server takes one client. */
  useCanary(canary: (() => Promise<boolean>) | undefined): void {
    if (canary === undefined) delete this.#options.canary;
    else this.#options.canary = canary;
  }

  /**
   * How long a server is waited for that is seen to work on a large message, in milliseconds; 0 once it did so again and
   * again, and nothing came of it.
   */
  get workMs(): number {
    return Math.min(longestMs, (mostWorkMs[this.#worksInVain] ?? 0) * this.stretch);
  }

  /** The processor time that the server has used so far, in milliseconds; undefined where that cannot be seen. */
  async workedMs(): Promise<number | undefined> {
    return await this.#options.workedMs?.();
  }

  /** Whether the kernel has bytes under way of the connection at this port of ours: no silence is the server's then. */
  isUnderWay(localPort: number | undefined): boolean {
    return localPort !== undefined && this.#options.isUnderWay?.(localPort) === true;
  }

  /** True once the server was seen to work for long on what it was sent: more of it may take it ever longer. */
  get worksLong(): boolean {
    return this.#worksLong;
  }

  /**
   * The server was seen to work on a large message for so long, in milliseconds.
   * @param isInVain whether it still did when it was not waited for any longer
   */
  learnWork(workedMs: number, isInVain: boolean): void {
    this.#worksLong ||= isInVain || workedMs >= longWorkMs * this.stretch;
    if (isInVain) this.#worksInVain += 1;
  }

  /** How long a server may work on so much before anything shows of it, in milliseconds. */
  #workMs(byteCount: number): number {
    const part = this.#thrift === 'always' ? thriftyPart : 1;
    return (byteCount / leastBytesPerMs) * this.stretch * part;
  }

  /** A wait that no canary confirms, in milliseconds. */
  #blindMs(leastMs: number): number {
    return Math.max(leastMs, this.#fewRoundTripsMs);
  }

  /** A wait in which nobody else is served either, once waits in full have come to nothing, in milliseconds. */
  get #unconfirmedMs(): number {
    const leastMs = this.#isBusy ? unconfirmedWhereBusyMs : unconfirmedMs;
    return this.#blindMs(this.stretch * leastMs);
  }

  /** Longer than any reply took; or, once silences are paid for, than most did: one waited in a queue, say. */
  get #fewRoundTripsMs(): number {
    const longMs = 4 * this.slowestMs;
    return this.#thrift === 'none' ? longMs : Math.min(longMs, 20 * this.typicalMs);
  }

  /** How far waits for what is known not to come are cut, by what they have cost so far. */
  get #thrift(): Thrift {
    return this.#vainWaits.thrift(this.#isBusy);
  }

  get #isBusy(): boolean {
    return this.stretch >= busyStretch;
  }

  get #hasAnswered(): boolean {
    return this.#roundTrips.count > 0;
  }
}
