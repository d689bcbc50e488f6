// The time of one run: what is left of it, what one behaviour may use, and when a slow server that
// makes progress is given more. Knows numbers only, and nothing of servers or behaviours.

import { busyStretch } from '../../../clients/deadline.ts';

/** What one conversation with a server costs, as learned so far; zeros while nothing is known. */
export interface Cost {
  /** From a message to its reply, in milliseconds. */
  readonly roundTripMs: number;
  /** From the client's FIN to the server's, in milliseconds. */
  readonly finMs: number;
}

/** A transfer takes no longer than this; milliseconds. */
const usualShareMs = 1200;
/**
 * A loop of a check ends early after this long with a server that answers at once. It has a set number
 * of turns: they take so long only where the machine is busy, and then none is left out.
 */
const quickLoopMs = 4000;
/** With a slow server smaller transfers and fewer turns of a loop must do. */
const slowShareMs = 500;
/** Enough for a few round trips of any server that is judged in time. */
const leastShareMs = 120;
/** Most behaviours use less than their part: each may use so many times that. */
const generosity = 3;
/** Below this a server is as good as one that answers at once, a busy machine included. */
const slowMs = 12;
/** A conversation that takes so long, in milliseconds, makes every run a long one. */
const verySlowMs = 900;
/** With less than this left the limit is extended: an attempt that begins may need all of it. */
const extendBelowMs = 14_000;
/** An attempt may take so many conversations. */
const longAttempt = 14;
const extensionMs = 30_000;
const longestMs = 120_000;
/** Where a conversation takes this long, in milliseconds, even few of them need more than that. */
const secondsMs = 1800;
const longestOfAllMs = 300_000;
/** Making counterexamples small may take this long in a run, each time half of what is left of it. */
const shrinkingPoolMs = 6000;
/** So may holding failures again that do not show each time: a race may be behind each of fifty. */
const repeatingPoolMs = 6000;
const leastRepeatingMs = 500;
/**
 * The run of a server that has failed is to be over after so long, in milliseconds, and after so many conversations of
 * its own pace: what is looked at further, once a failure is known, has to do with less and less of what is left of that.
 */
const failedRunMs = 9000;
const conversationsOfRun = 60;
const partOfFailedRun = 1 / 3;
const leastShrinkingMs = 300;
const leastExperimentsMs = 500;
/** With less than this left of it transfers are smaller. */
const hurryMs = 4000;
/**
 * Experiments around failures may take this long in a run, and no more than a quarter of it; as long on a busy
 * machine too, where fewer are held.
 */
const experimentsPoolMs = 5000;
const experimentsPart = 0.25;
/** What those that vary failures leave of it to those that part causes, who come later; and what one failure may take. */
const lawsPart = 0.6;
const experimentsOfOnePart = 0.45;
/** What they leave to the rest of the run, in milliseconds. */
const afterExperimentsMs = 2000;
/** However short the run was, causes are parted for so long, in milliseconds. */
const leastPartingMs = 1000;

/**
 * Whether what a conversation costs is worth planning for.
 * @param stretch how many times longer everything takes on this machine than on an idle one
 */
export const isSlow = ({ roundTripMs, finMs }: Cost, stretch = 1): boolean =>
  roundTripMs + finMs >= slowMs * stretch;

/** With replies as late as this, in milliseconds, all generated conversations are still held. */
const allCasesMs = 300;
const fewestCases = 3;

/** How many of `cases` generated conversations are held with a server whose round trip takes so long. */
export const casesFor = (cases: number, { roundTripMs }: Cost): number =>
  roundTripMs <= allCasesMs
    ? cases
    : Math.min(cases, Math.max(fewestCases, Math.floor((cases * allCasesMs) / roundTripMs)));

/** A generated conversation of a server that is so slow has no more messages than this. */
export const mostMessagesFor = ({ roundTripMs }: Cost): number =>
  roundTripMs <= verySlowMs ? Infinity : 2;

/** Whether a run may take up to five minutes instead of two where nobody set its limit. */
export const takesSeconds = ({ roundTripMs, finMs }: Cost): boolean =>
  roundTripMs + finMs >= secondsMs;

export interface BudgetOptions {
  /** When the run is to be over, as a `performance.now()`. */
  readonly endsAtMs: number;
  /** True when nobody set the limit: a slow server may then be given more. */
  readonly mayExtend?: boolean;
  /** How long experiments around failures may take, in milliseconds; 5000 when absent. */
  readonly experimentsMs?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

export class Budget {
  readonly #now: () => number;
  readonly #mayExtend: boolean;
  readonly #startedMs: number;
  #endsAtMs: number;
  /** When it was to be over before a slow server was given more time. */
  #plannedEndMs: number;
  #remaining = 1;
  /** When the run is to be over where the server has failed, as far as that hangs on us. */
  #failedEndMs: number;
  #hasFailed = false;
  #mostShareMs = usualShareMs;
  #mostLoopMs = quickLoopMs;
  #shrinkingMs = shrinkingPoolMs;
  #repeatingMs = repeatingPoolMs;
  readonly #allExperimentsMs: number;
  #experimentsMs: number;

  constructor({
    endsAtMs,
    mayExtend = false,
    experimentsMs = experimentsPoolMs,
    now = () => performance.now(),
  }: BudgetOptions) {
    this.#allExperimentsMs = experimentsMs;
    this.#experimentsMs = experimentsMs;
    this.#now = now;
    this.#endsAtMs = endsAtMs;
    this.#plannedEndMs = endsAtMs;
    this.#mayExtend = mayExtend;
    this.#startedMs = now();
    this.#failedEndMs = this.#startedMs + failedRunMs;
  }

  /** Milliseconds that are left of the run. */
  get leftMs(): number {
    return this.#endsAtMs - this.#now();
  }

  /** How long the whole run may take by now, in milliseconds. */
  get totalMs(): number {
    return this.#endsAtMs - this.#startedMs;
  }

  /** Whether the run takes longer than it was to take, or is sure to, because it gets more time. */
  takesLong({ roundTripMs, finMs }: Cost): boolean {
    if (!this.#mayExtend) return false;
    const isOvertime = this.#now() > this.#plannedEndMs && this.#endsAtMs > this.#plannedEndMs;
    return isOvertime || roundTripMs + finMs >= verySlowMs;
  }

  /**
   * Says how many behaviours share what is left, and what a conversation costs by now.
   * @param stretch as for {@link isSlow}: shares grow with it
   * @param hasFailed whether a failure that counts is known
   */
  plan(remaining: number, cost: Cost, stretch = 1, hasFailed = false): void {
    this.#remaining = Math.max(1, remaining);
    const isSo = isSlow(cost, stretch);
    this.#hasFailed = hasFailed;
    const ownMs = conversationsOfRun * (cost.roundTripMs + cost.finMs);
    this.#failedEndMs = this.#startedMs + stretch * (failedRunMs + ownMs);
    this.#mostShareMs = stretch * (isSo ? slowShareMs : usualShareMs);
    this.#mostLoopMs = stretch * (isSo ? slowShareMs : quickLoopMs);
  }

  /** What the experiments around one failure may take, in milliseconds; 0 or less when there is no time. */
  get experimentsMs(): number {
    const spentMs = this.#allExperimentsMs - this.#experimentsMs;
    const ofRunMs = experimentsPart * this.totalMs - spentMs;
    const restMs = this.leftMs - afterExperimentsMs;
    const ofOneMs = experimentsOfOnePart * this.#allExperimentsMs;
    const untilEndMs = Math.max(leastExperimentsMs - spentMs, this.#failedRestMs);
    const lawsMs = lawsPart * this.#allExperimentsMs - spentMs;
    return Math.min(ofOneMs, lawsMs, ofRunMs, restMs, untilEndMs);
  }

  /** What the experiments may take that part the causes, in milliseconds: what is left, and a part of the run so far. */
  get partingMs(): number {
    const elapsedMs = this.#now() - this.#startedMs;
    const ofRunMs = Math.max(leastPartingMs, experimentsPart * elapsedMs);
    return Math.min(this.#experimentsMs, ofRunMs, Math.max(leastPartingMs, this.#failedRestMs));
  }

  /** What is left until a run with failures is to be over, in milliseconds. */
  get #failedRestMs(): number {
    return this.#failedEndMs - this.#now();
  }

  /** `wantedMs`, or a part of what is left until a run with failures is to be over, and never less than `leastMs`. */
  #inHaste(wantedMs: number, leastMs: number): number {
    return Math.min(wantedMs, Math.max(leastMs, partOfFailedRun * this.#failedRestMs));
  }

  /** So much was used for experiments, in milliseconds. */
  spendOnExperiments(tookMs: number): void {
    this.#experimentsMs = Math.max(0, this.#experimentsMs - tookMs);
  }

  /** What the transfers of one check may take, in milliseconds. */
  get shareMs(): number {
    return this.#shareUpTo(this.#mostShareMs);
  }

  /** Whether the run of a server that has failed is late: transfers do with less than their share then. */
  get isHurried(): boolean {
    return this.#hasFailed && this.#failedRestMs < hurryMs;
  }

  /** What a loop of one check may take, in milliseconds. */
  get loopMs(): number {
    return this.#shareUpTo(this.#mostLoopMs);
  }

  #shareUpTo(mostMs: number): number {
    const part = (generosity * this.leftMs) / this.#remaining;
    return Math.min(mostMs, Math.max(leastShareMs, part));
  }

  /** How long a counterexample may be made smaller, in milliseconds: less and less each time. */
  get shrinkingMs(): number {
    return this.#inHaste(this.#shrinkingMs / 2, leastShrinkingMs);
  }

  /** Takes note of time that was used for making a counterexample smaller, in milliseconds. */
  spendOnShrinking(tookMs: number): void {
    this.#shrinkingMs = Math.max(0, this.#shrinkingMs - tookMs);
  }

  /** How long one failure may be held again, in milliseconds: less and less each time. */
  get repeatingMs(): number {
    return this.#inHaste(Math.max(leastRepeatingMs, this.#repeatingMs / 2), leastRepeatingMs);
  }

  /** Takes note of time that was used for holding a failure again, in milliseconds. */
  spendOnRepeating(tookMs: number): void {
    this.#repeatingMs = Math.max(0, this.#repeatingMs - tookMs);
  }

  /** Gives the run more time, in milliseconds. */
  grant(extraMs: number): void {
    this.#endsAtMs += extraMs;
    this.#plannedEndMs += extraMs;
  }

  /**
   * Gives a slow server, or a busy machine, more time where little is left and nobody set the limit;
   * up to two minutes, and up to five where even a short conversation takes seconds.
   * @param stretch as for {@link isSlow}
   * @returns whether it did
   */
  extendFor(cost: Cost, stretch = 1): boolean {
    const belowMs = Math.max(extendBelowMs, longAttempt * (cost.roundTripMs + cost.finMs));
    if (!this.#mayExtend || this.leftMs >= belowMs) return false;
    if (!isSlow(cost) && stretch < busyStretch) return false;
    const mostMs = takesSeconds(cost) ? longestOfAllMs : longestMs;
    const laterMs = Math.min(this.#startedMs + mostMs, this.#endsAtMs + extensionMs);
    if (laterMs <= this.#endsAtMs) return false;
    this.#endsAtMs = laterMs;
    return true;
  }
}

/** What was measured where that is slow, in words that blame nobody; undefined where it is not. */
export function slowness({ roundTripMs, finMs }: Cost): string | undefined {
  if (!isSlow({ roundTripMs, finMs })) return undefined;
  return roundTripMs >= finMs
    ? `a round trip took about ${duration(roundTripMs)} here`
    : `the end of the server’s side took about ${duration(finMs)} here`;
}

function duration(milliseconds: number): string {
  if (milliseconds < 950) return `${Math.max(1, Number(milliseconds.toPrecision(1)))} ms`;
  return `${Math.round(milliseconds / 100) / 10} s`;
}
