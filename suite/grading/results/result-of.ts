// From what became of a submission to its row: the one place where points are summed.
import type { Report } from '../../events/report.ts';
import { grade, toHundredths, type Rubric } from '../../points/rubric.ts';
import type { ItemResult, SubmissionResult } from './class-result.ts';
import { folderName } from './folder-name.ts';

/** What is known of a submission however its grading went. */
export interface About {
  readonly name: string;
  readonly fingerprint: string;
  readonly rubric: Rubric;
  readonly durationMs: number;
}

/** Why there are no points: the submission's own fault, or ours. */
export interface Ungraded {
  readonly outcome: 'not-built' | 'refused' | 'errored';
  readonly how: string | null;
  readonly message: string;
  readonly log: string | null;
}

export interface Judged {
  readonly how: string;
  readonly report: Report;
  /** Why its judging was stopped, where it was. */
  readonly stopped?: string | null;
}

/** Longer ends of logs are cut: a class has many rows. */
const longestLog = 16_384;

/** The row of a submission that has no points. */
export function ungradedResult(
  about: About,
  { outcome, how, message, log }: Ungraded,
): SubmissionResult {
  const { rubric } = about;
  return {
    ...beginning(about),
    outcome,
    how,
    message,
    log: log === null || log === '' ? null : log.slice(-longestLog),
    verdict: null,
    points: 0,
    outOf: sum(rubric.items.map(({ points }) => points)),
    items: rubric.items.map(({ name, points, visibility }) => ({
      name,
      points: 0,
      outOf: points,
      visibility,
    })),
    failed: [],
    unjudged: [],
    causes: [],
    durationMs: Math.round(about.durationMs),
  };
}

/** The row of a submission that was judged, be it in part. */
export function gradedResult(
  about: About,
  { how, report, stopped = null }: Judged,
): SubmissionResult {
  const { rubric } = about;
  const isCut = report.cutShort !== null;
  // Points that are given for what nobody looked at would be a present to whoever is slow.
  const items = grade(report, isCut ? { ...rubric, unjudged: 'withhold' } : rubric).map(
    ({ item, score }): ItemResult => ({
      name: item.name,
      points: score,
      outOf: item.points,
      visibility: item.visibility,
    }),
  );
  const ids = (isOne: (one: Report['behaviours'][number]) => boolean): string[] =>
    report.behaviours.filter(isOne).map(({ id }) => id);
  return {
    ...beginning(about),
    outcome: isCut ? 'errored' : 'graded',
    how,
    message: isCut ? `It was tested only in part: ${stopped ?? report.cutShort}.` : null,
    log: null,
    verdict: report.verdict,
    points: sum(items.map(({ points }) => points)),
    outOf: sum(items.map(({ outOf }) => outOf)),
    items,
    failed: ids(({ verdict }) => verdict.kind === 'failed'),
    unjudged: ids(
      ({ verdict }) =>
        verdict.kind === 'errored' ||
        (isCut && verdict.kind === 'skipped' && verdict.reason === report.cutShort),
    ),
    causes: report.causes.map(({ id, title, confidence }) => ({ id, title, confidence })),
    durationMs: Math.round(about.durationMs),
  };
}

function beginning({
  name,
  fingerprint,
}: About): Pick<SubmissionResult, 'schema' | 'name' | 'folder' | 'fingerprint'> {
  return { schema: 'conform/submission/1', name, folder: folderName(name), fingerprint };
}

function sum(points: readonly number[]): number {
  return toHundredths(points.reduce((so, one) => so + one, 0));
}
