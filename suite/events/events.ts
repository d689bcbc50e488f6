// What a run says while it goes on. Events are read-only and JSON-safe; reporters know nothing else. What each
// field means stands in the declarations in `shapes/`, of which these are the types.
import type { Told } from '../../clients/shapes/shape.ts';
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../clients/transcript.ts';
import type { event } from './shapes/event.ts';
import type * as run from './shapes/run.ts';
import type * as verdict from './shapes/verdict.ts';

export type { Excerpt, TranscriptEntry, TranscriptRecord };

/** Whatever happens in a run, told as it happens. */
export type RunEvent = Told<typeof event>;

/** After the contract's reference: only a broken `must` fails a run, unless it is strict. */
export type Level = Told<typeof run.level>;

/** What every surface shows of a behaviour. */
export type BehaviourInfo = Told<typeof run.behaviourInfo>;

/** The server under test. */
export type TargetInfo = Told<typeof run.target>;

/** Where a run's time went. */
export type Timing = Told<typeof run.timing>;

/** What the server was held to, and how that was found out. */
export type ContractInfo = Told<typeof run.contract>;

/** What the server did instead of what was required. */
export type Finding = Told<typeof verdict.finding>;

/** How often a failing conversation failed when it was run again on fresh connections. */
export type Tally = Told<typeof verdict.tally>;

/** The smallest conversation that was found to show the failure. */
export type Counterexample = Told<typeof verdict.counterexample>;

/** What one run of a check showed. */
export type Sighting = Told<typeof verdict.sighting>;

/** When exactly something fails, as far as it was tried. */
export type Law = Told<typeof verdict.law>;

/** What a failure carries. */
export type Failed = Told<typeof verdict.failed>;

/** What a behaviour's check found. */
export type Verdict = Told<typeof verdict.verdict>;

/** How surely the evidence carries a cause. */
export type Confidence = Told<typeof run.confidence>;

/** One mistake that explains one or more failures. */
export type Cause = Told<typeof run.cause>;

/** An experiment that came out as the theory of a cause had foretold. */
export type ForetoldTrial = Told<typeof run.foretoldTrial>;

/** A theory that fitted what was seen until an experiment refuted it. */
export type RefutedTheory = Told<typeof run.refutedTheories>[number];

/** The languages in which a cause is shown fixed. */
export type SnippetLanguage = Cause['mend'][number]['language'];

/** How one entry of a baseline of known failures stood in this run. */
export type ComparedEntry = Told<typeof run.comparedEntry>;

/** What a run showed of the failures that were known before it. */
export type BaselineComparison = Told<typeof run.comparison>;
