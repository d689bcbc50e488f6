// results.json as Gradescope's autograder reads it: a test an item of the rubric. All text in it is
// plain text, so that no byte of a server becomes markup on a student's page.
import type { Report } from '../../events/report.ts';
import type { Visibility } from '../../points/rubric.ts';
import { inertJson } from '../../text/escape.ts';
import { atTheEnd } from '../at-the-end.ts';
import { gradedReport, type GradedReport, type GradedTest } from './graded-report.ts';

/** One test as Gradescope shows it. */
interface Test {
  readonly name: string;
  readonly name_format: 'text';
  readonly score: number;
  readonly max_score: number;
  readonly status: 'passed' | 'failed';
  readonly output: string;
  readonly output_format: 'text';
  readonly visibility: Visibility;
}

/** Points by the rubric of the context, or one for each `must` when there is none. */
export const openReporter = atTheEnd(
  (report, { rubric, reveal }) =>
    `${inertJson(JSON.stringify(results(report, gradedReport(report, rubric, reveal)), null, 2))}\n`,
);

function results({ durationMs }: Report, { overall, tests }: GradedReport): object {
  return {
    output: overall,
    output_format: 'text',
    stdout_visibility: 'hidden',
    execution_time: Math.ceil(durationMs / 1000),
    tests: tests.map(asTest),
  };
}

function asTest({ name, score, outOf, isKept, output, visibility }: GradedTest): Test {
  return {
    name,
    name_format: 'text',
    score,
    max_score: outOf,
    status: isKept ? 'passed' : 'failed',
    output,
    output_format: 'text',
    visibility,
  };
}
