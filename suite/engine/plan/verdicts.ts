// The verdicts of one run as they come: how many failed and passed so far, and whether that is an end of it.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { RunEvent, Verdict } from '../../events/events.ts';

export interface VerdictsOptions {
  readonly behaviours: readonly Behaviour[];
  /** Nothing further begins after so many failures that fail the run. */
  readonly bail: number | undefined;
  /** Ids of behaviours whose failure is known, and counts for nothing. */
  readonly known: ReadonlySet<string>;
  readonly strict: boolean;
  readonly emit: (event: RunEvent) => void;
}

export class Verdicts {
  readonly #options: VerdictsOptions;
  readonly #signal: AbortSignal;
  readonly #verdicts = new Map<string, Verdict>();
  #failures = 0;
  #passes = 0;

  /** @param signal what was under way when it is aborted gets no verdict */
  constructor(options: VerdictsOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Those that were given, by behaviour. */
  get given(): ReadonlyMap<string, Verdict> {
    return this.#verdicts;
  }

  /** Failures so far that fail the run. */
  get failures(): number {
    return this.#failures;
  }

  get passes(): number {
    return this.#passes;
  }

  /** True when the run was stopped, or had as many failures as were wanted. */
  get areOver(): boolean {
    return this.isStopped || this.hasBailed;
  }

  get hasBailed(): boolean {
    return this.#failures >= (this.#options.bail ?? Infinity);
  }

  get isStopped(): boolean {
    return this.#signal.aborted;
  }

  /** Tells the verdict on a behaviour, and since when it was judged, as a `performance.now()`. */
  settle(id: string, verdict: Verdict, startedMs = performance.now()): void {
    // What was under way when the run was stopped was not seen to its end.
    if (this.isStopped) return;
    this.#verdicts.set(id, verdict);
    if (verdict.kind === 'passed') this.#passes += 1;
    const { behaviours, strict, known, emit } = this.#options;
    const { level, isNewer } = behaviours.find((one) => one.id === id) ?? {};
    const isMeant = (strict || level === 'must') && isNewer !== true;
    if (verdict.kind === 'failed' && isMeant && !known.has(id)) this.#failures += 1;
    const durationMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
    emit({ type: 'behaviour-finished', id, durationMs, verdict });
  }
}
