// What grading a class came to, as plain data: what every output of a class is made of. What each field means
// stands in the declarations, of which these are the types.
import type { Told } from '../../../clients/shapes/shape.ts';
import type * as shapes from './result-shapes.ts';

/** What became of one submission. */
export type Outcome = Told<typeof shapes.outcome>;

/** What one item of the rubric came to. */
export type ItemResult = Told<typeof shapes.item>;

/** A mistake that was found. */
export type FoundCause = Told<typeof shapes.foundCause>;

/** One submission, graded or not; written as `result.json` into its folder. */
export type SubmissionResult = Told<typeof shapes.submission>;

/** A whole class, or one shard of it; written as `class.json`. */
export type ClassResult = Told<typeof shapes.wholeClass>;
