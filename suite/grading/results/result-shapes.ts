// The results of grading, as they are written to files: the declaration of a submission's and of a class's.
import { count, durationMs } from '../../../clients/shapes/numbers.ts';
import {
  agreeing,
  between,
  distinct,
  exactly,
  list,
  names,
  object,
  oneOf,
  optional,
  orNull,
  text,
} from '../../../clients/shapes/shape.ts';
import { mostPoints } from '../../events/plain-values.ts';
import { runVerdict } from '../../events/shapes/report.ts';
import { confidence, seed, shard } from '../../events/shapes/run.ts';

/** Rounded to hundredths. */
const points = between(0, mostPoints);
const score = { points, outOf: points };

/** Points of what they are out of, and no more. */
const isWithin = ({ points: earned, outOf }: { points: number; outOf: number }): boolean =>
  earned <= outOf;
const tooMany = ({ outOf }: { outOf: number }, place: string): string =>
  `${place}.points must be a number from 0 to ${place}.outOf, which is ${outOf}`;

/** What one item of the rubric came to. */
export const item = agreeing(
  object({
    name: text,
    visibility: oneOf('visible', 'hidden', 'after_due_date', 'after_published'),
    ...score,
  }),
  isWithin,
  tooMany,
);

/** A mistake that was found; `id` as `conform explain` takes it. */
export const foundCause = object({ id: text, title: text, confidence });

/**
 * What became of one submission. `graded`: it was built, started and tested; its points say how well.
 * `not-built`: it could not be built, or what was built never listened: no points, and its log says why.
 * `refused`: it was not even unpacked or recognised: an unsafe archive, or nothing that we know to build.
 * `errored`: we could not grade it; somebody has to look. Never the end of the class.
 */
export const outcome = oneOf('graded', 'not-built', 'refused', 'errored');

/** One submission, graded or not; written as `result.json` into its folder. */
export const submission = agreeing(
  object({
    schema: exactly('conform/submission/1'),
    /** The sub-folder's or the archive's name, without its ending; unique in a class. */
    name: text,
    /**
     * The folder of its files below `submissions/`: `folderName(name)`, which is the name itself where
     * that is safe. Absent only in data made by hand.
     */
    folder: optional(text),
    /** Of what was handed in and how it is graded: the same grading need not be done again. */
    fingerprint: optional(text),
    outcome,
    /** How it was recognised, say `Makefile` or `conform.yaml`; null when it was not. */
    how: orNull(text),
    /** One sentence for everything but `graded`: what was wrong, and what was expected. */
    message: orNull(text),
    /** The end of what its building or starting printed, where that explains the outcome. */
    log: orNull(text),
    verdict: orNull(runVerdict),
    items: list(item),
    /** Ids of behaviours that it was seen to break. */
    failed: names,
    /** Ids of behaviours that apply to it and that we could not test. */
    unjudged: names,
    causes: list(foundCause),
    /** The whole of its grading, its build included. */
    durationMs,
    /** Of all items. */
    ...score,
  }),
  isWithin,
  tooMany,
);

/** A whole class, or one shard of it; written as `class.json`. */
export const wholeClass = agreeing(
  object({
    schema: exactly('conform/class/1'),
    title: text,
    contract: orNull(text),
    seed,
    /** Sorted by name. */
    submissions: distinct(submission, ({ name }) => name),
    /** Digest of everything that decides points: parts with another one do not belong together. */
    settings: optional(text),
    /** Which part of the class this is; absent for the whole of it. */
    shard: optional(shard),
    /** How many submissions the whole class has, of which a shard holds some. */
    classSize: optional(count),
    /** Names of submissions that are not graded yet: the grading was cut short. Absent when none. */
    pending: optional(names),
  }),
  (value) => value.classSize === undefined || known(value) <= value.classSize,
  (value, place) =>
    `${place}.classSize must be a whole number from ${known(value)}, as many as it contains; found ${value.classSize ?? 0}`,
);

function known(value: { submissions: readonly unknown[]; pending?: readonly string[] }): number {
  return value.submissions.length + (value.pending ?? []).length;
}
