// What grading a class came to, as plain data: what every output of a class is made of.
import type { Confidence } from '../../events/events.ts';
import type { RunVerdict } from '../../events/report.ts';
import type { Visibility } from '../../points/rubric.ts';
import type { Shard } from '../../events/shard.ts';

/** What became of one submission. */
export type Outcome =
  /** It was built, started and judged; its points say how well. */
  | 'graded'
  /** It could not be built, or what was built never listened: no points, and its log says why. */
  | 'not-built'
  /** It was not even unpacked or recognised: an unsafe archive, or nothing that we know to build. */
  | 'refused'
  /** We could not grade it; somebody has to look. Never the end of the class. */
  | 'errored';

/** What one item of the rubric came to. */
export interface ItemResult {
  readonly name: string;
  /** Rounded to hundredths. */
  readonly points: number;
  readonly outOf: number;
  readonly visibility: Visibility;
}

/** A mistake that was found; `id` as `conform explain` takes it. */
export interface FoundCause {
  readonly id: string;
  readonly title: string;
  readonly confidence: Confidence;
}

/** One submission, graded or not; written as `result.json` into its folder. */
export interface SubmissionResult {
  readonly schema: 'conform/submission/1';
  /** The sub-folder's or the archive's name, without its ending; unique in a class. */
  readonly name: string;
  /**
   * The folder of its files below `submissions/`: `folderName(name)`, which is the name itself where
   * that is safe. Absent only in data made by hand.
   */
  readonly folder?: string;
  /** Of what was handed in and how it is graded: the same grading need not be done again. */
  readonly fingerprint?: string;
  readonly outcome: Outcome;
  /** How it was recognised, say `Makefile` or `conform.yaml`; null when it was not. */
  readonly how: string | null;
  /** One sentence for everything but `graded`: what was wrong, and what was expected. */
  readonly message: string | null;
  /** The end of what its building or starting printed, where that explains the outcome. */
  readonly log: string | null;
  readonly verdict: RunVerdict | null;
  /** Of all items; rounded to hundredths. */
  readonly points: number;
  readonly outOf: number;
  readonly items: readonly ItemResult[];
  /** Ids of behaviours that it was seen to break. */
  readonly failed: readonly string[];
  /** Ids of behaviours that apply to it and that we could not judge. */
  readonly unjudged: readonly string[];
  readonly causes: readonly FoundCause[];
  /** The whole of its grading, its build included, in milliseconds. */
  readonly durationMs: number;
}

/** A whole class, or one shard of it; written as `class.json`. */
export interface ClassResult {
  readonly schema: 'conform/class/1';
  readonly title: string;
  readonly contract: string | null;
  readonly seed: number;
  /** Sorted by name. */
  readonly submissions: readonly SubmissionResult[];
  /** Digest of everything that decides points: parts with another one do not belong together. */
  readonly settings?: string;
  /** Which part of the class this is; absent for the whole of it. */
  readonly shard?: Shard;
  /** How many submissions the whole class has, of which a shard holds some. */
  readonly classSize?: number;
  /** Names of submissions that are not graded yet: the grading was cut short. Absent when none. */
  readonly pending?: readonly string[];
}
