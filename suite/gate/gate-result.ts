// What a gate comes to, as data; `gate.schema.json` describes it. What each field means stands in the
// declarations, of which these are the types.
import type { Told } from '../../clients/shapes/shape.ts';
import type * as shapes from './gate-shapes.ts';

/**
 * How a promise stands: `kept` by both; `regression`: the reference keeps it and the candidate breaks
 * it; `recommended`: the same, of a promise that fails no run; `newer`: the same, of one that is newer than
 * the suite; `both`: broken by both; `mended`:
 * broken by the reference alone; `unsteady`: the candidate broke it once and kept it when run again;
 * `open`: it could not be tested on one side; `not-compared`: it does not apply to
 * one of the two, or cannot be told of it.
 */
export type Standing = Told<typeof shapes.standing>;

/** One promise on both sides. */
export type ComparedPromise = Told<typeof shapes.comparedPromise>;

/** A promise that the reference keeps and the candidate breaks. */
export type Regression = Told<typeof shapes.regression>;

/** What came of the conversations that were run with both. */
export type ScheduleOutcome = Told<typeof shapes.scheduleOutcome>;

/** One of the two servers. */
export type GateSide = Told<typeof shapes.side>;

/**
 * `passes`; `regresses`: a promise is broken; `differs`: none is, but the replies are not exactly the
 * reference's and that was asked for; `stale-baseline`: a known failure passes.
 */
export type GateVerdict = Told<typeof shapes.gateVerdict>;

/** The whole result. */
export type GateResult = Told<typeof shapes.gateResult>;
