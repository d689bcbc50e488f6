// How a class did, as numbers. Only what was graded counts: a server that was not built says
// nothing about how its points are spread.
import { counted } from '../../text/measures.ts';
import { toHundredths } from '../../points/rubric.ts';
import type { ClassResult, Outcome, SubmissionResult } from '../results/class-result.ts';

/** Every outcome, in the order in which a reader wants to know them. */
export const outcomes: readonly Outcome[] = ['graded', 'not-built', 'refused', 'errored'];

/** The outcomes as a reader knows them. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  graded: 'graded',
  'not-built': 'not built',
  refused: 'refused',
  errored: 'errored',
};

/** How many submissions came to each outcome. */
export function countOutcomes(submissions: readonly SubmissionResult[]): Record<Outcome, number> {
  const counts = { graded: 0, 'not-built': 0, refused: 0, errored: 0 };
  for (const { outcome } of submissions) counts[outcome] += 1;
  return counts;
}

/** The submissions whose points mean something: graded, of more than none. */
export function withPoints(submissions: readonly SubmissionResult[]): SubmissionResult[] {
  return submissions.filter(({ outcome, outOf }) => outcome === 'graded' && outOf > 0);
}

/** The share of the points that it has, from 0 to 1. */
function shareOf({ points, outOf }: SubmissionResult): number {
  return Math.min(1, Math.max(0, points / outOf));
}

/** A tenth of what can be had, and how many submissions lie in it. */
export interface Tenth {
  /** In per cent; the lower end belongs to it, and the upper one to the last alone. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Who is in it, in the order of the class. */
  readonly names: readonly string[];
}

/** Ten tenths, the lowest first. */
export function spread(submissions: readonly SubmissionResult[]): Tenth[] {
  const tenths = Array.from({ length: 10 }, (): string[] => []);
  for (const submission of withPoints(submissions)) {
    // 0.7 * 10 is a little more than 7, and 0.29 * 100 a little less than 29: hundredths first.
    const tenth = Math.min(9, Math.floor(Math.round(shareOf(submission) * 10_000) / 1000));
    tenths[tenth]?.push(submission.name);
  }
  return tenths.map((names, index) => ({
    from: index * 10,
    to: index * 10 + 10,
    count: names.length,
    names,
  }));
}

/** The middle value, or the mean of the two in the middle; null of none. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** What of the class is missing here, as a sentence; null when it is whole. */
export function missingSentence({ shard, pending = [] }: ClassResult): string | null {
  const parts = [
    ...(shard === undefined ? [] : [`This is part ${shard.index} of ${shard.count} of the class.`]),
    ...(pending.length === 0
      ? []
      : [
          `${counted(pending.length, 'submission')} more ${pending.length === 1 ? 'is' : 'are'} not graded yet.`,
        ]),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

/** Points as people write them: at most two digits behind the dot. */
export function pointsWords(points: number): string {
  return String(toHundredths(points));
}

/** Per cent without digits behind the dot; what is something is never called nothing, nor all. */
export function percentWords(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return 'below 1 %';
  if (percent === 100 && share < 1) return 'above 99 %';
  return `${percent} %`;
}

/** `points 2 to 10 of 10, median 8.5`; in per cent where not all can have the same; null of none. */
export function pointsSentence(submissions: readonly SubmissionResult[]): string | null {
  const counted = withPoints(submissions);
  const middle = median(counted.map(({ points }) => points));
  const middleShare = median(counted.map(shareOf));
  if (middle === null || middleShare === null) return null;
  const totals = new Set(counted.map(({ outOf }) => outOf));
  if (totals.size === 1) {
    const points = counted.map((one) => one.points);
    const [total = 0] = totals;
    return `points ${pointsWords(Math.min(...points))} to ${pointsWords(Math.max(...points))} of ${pointsWords(total)}, median ${pointsWords(middle)}`;
  }
  const shares = counted.map(shareOf);
  return `${percentWords(Math.min(...shares))} to ${percentWords(Math.max(...shares))} of the points, median ${percentWords(middleShare)}`;
}
