// Which behaviours a class fails most.
import type { SubmissionResult } from '../results/class-result.ts';

/** A behaviour, and in how many submissions it was seen to fail. */
export interface FailedByMany {
  readonly id: string;
  /** How many graded submissions fail it; at least one. */
  readonly count: number;
  /** The part of all graded submissions that this is, above 0 and at most 1. */
  readonly share: number;
}

/** Every behaviour that a graded submission fails, the most failed first. */
export function mostFailed(submissions: readonly SubmissionResult[]): FailedByMany[] {
  const graded = submissions.filter(({ outcome }) => outcome === 'graded');
  const counts = new Map<string, number>();
  for (const { failed } of graded) {
    for (const id of new Set(failed)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts]
    .map(([id, count]) => ({ id, count, share: count / graded.length }))
    .sort((one, other) => other.count - one.count || (one.id < other.id ? -1 : 1));
}
