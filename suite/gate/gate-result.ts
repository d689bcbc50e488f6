// What a gate comes to, as data; `gate.schema.json` describes it.
import type { ContractInfo, Level, TargetInfo, Verdict } from '../events/events.ts';
import type { Counts, RunVerdict } from '../events/report.ts';
import type { Divergence } from './conversations/divergence.ts';

/**
 * How a promise stands: `kept` by both; `regression`: the reference keeps it and the candidate breaks
 * it; `recommended`: the same, of a promise that fails no run; `both`: broken by both; `mended`:
 * broken by the reference alone; `unsteady`: the candidate broke it once and kept it when held again;
 * `open`: it could not be judged on one side; `not-compared`: it is not about one of the two.
 */
export type Standing =
  'kept' | 'regression' | 'recommended' | 'both' | 'mended' | 'unsteady' | 'open' | 'not-compared';

/** One promise on both sides. */
export interface ComparedPromise {
  readonly id: string;
  readonly level: Level;
  readonly requirement: string;
  readonly standing: Standing;
  readonly reference: Verdict['kind'];
  readonly candidate: Verdict['kind'];
  /** What a reader should know of how it was come to; absent when nothing. */
  readonly note?: string;
}

/** A promise that the reference keeps and the candidate breaks. */
export interface Regression {
  readonly id: string;
  readonly requirement: string;
  /** What the candidate did, a sentence. */
  readonly summary: string;
  /** Whether the baseline knows it. */
  readonly isKnown: boolean;
  /** Where the two part when its smallest conversation is held to both; null when they do not. */
  readonly divergence: Divergence | null;
  readonly again: { readonly command: string; readonly token: string };
}

/** What came of the conversations that were held to both. */
export type ScheduleOutcome =
  | {
      readonly kind: 'played';
      /** Conversations held to both. */
      readonly conversations: number;
      /** Those in which the reference differed from itself: nothing follows from them. */
      readonly unsteady: number;
      /** The first event in which they part, one a conversation that differs. */
      readonly divergences: readonly Divergence[];
    }
  | { readonly kind: 'not-played'; readonly reason: string };

export interface GateSide {
  readonly target: TargetInfo;
  readonly verdict: RunVerdict;
  readonly counts: Counts;
}

/**
 * `passes`; `regresses`: a promise is broken; `differs`: none is, but the replies are not exactly the
 * reference's and that was asked for; `stale-baseline`: a known failure passes.
 */
export type GateVerdict = 'passes' | 'regresses' | 'differs' | 'stale-baseline' | 'could-not-judge';

export interface GateResult {
  readonly schema: 'conform/gate/1';
  readonly tool: { readonly name: 'conform'; readonly version: string };
  readonly seed: number;
  readonly strict: boolean;
  readonly exact: boolean;
  readonly verdict: GateVerdict;
  readonly exitCode: 0 | 1 | 3;
  /** What it comes to, in one sentence. */
  readonly sentence: string;
  /** What the candidate was held to; null when none was found. */
  readonly contract: ContractInfo | null;
  readonly reference: GateSide;
  /** Null when the reference could not be judged. */
  readonly candidate: GateSide | null;
  readonly notices: readonly string[];
  /** All that were judged on one side at least. */
  readonly promises: readonly ComparedPromise[];
  readonly regressions: readonly Regression[];
  readonly schedule: ScheduleOutcome;
}
