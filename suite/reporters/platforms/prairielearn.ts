// results.json as PrairieLearn's external graders leave it in /grade/results (its documentation, "External
// grading", "Grading results"): a score from 0 to 1, and a list of tests for <pl-external-grader-results>.
import { inertJson } from '../../text/escape.ts';
import { atTheEnd } from '../at-the-end.ts';
import {
  cutTo,
  gradedReport,
  shownTests,
  sumOf,
  type GradedReport,
  type GradedTest,
} from './graded-report.ts';
import { withinSize } from './within-size.ts';

/** "This file should be limited to 1 MB": the lesser of the two that are called so. */
const mostBytes = 1_000_000;

/**
 * Points by the rubric of the context, or one for each `must` when there is none. A server that could not be
 * tested is "not gradable": no points are awarded or lost, and no attempt is used up.
 */
export const openReporter = atTheEnd((report, { rubric, reveal }) => {
  const graded = gradedReport(report, rubric, reveal);
  return withinSize(
    mostBytes,
    (most) => `${inertJson(JSON.stringify(results(graded, most), null, 2))}\n`,
  );
});

function results(graded: GradedReport, mostCharacters: number): object {
  const { overall, tests, unjudged } = graded;
  if (unjudged !== null) {
    const why = tests.map(({ output }) => cutTo(mostCharacters, output));
    return { gradable: false, format_errors: why, message: `Not tested: ${unjudged}` };
  }
  return {
    gradable: true,
    score: scoreOf(tests),
    message: cutTo(mostCharacters, overall),
    tests: shownTests(graded).map((test) => asTest(test, mostCharacters)),
  };
}

/** From 0 to 1; what is worth nothing at all earns nothing. */
function scoreOf(tests: readonly GradedTest[]): number {
  const outOf = sumOf(tests, (test) => test.outOf);
  return outOf === 0 ? 0 : Math.min(1, sumOf(tests, (test) => test.score) / outOf);
}

function asTest(
  { name, score, outOf, isKept, output }: GradedTest,
  mostCharacters: number,
): object {
  return {
    name,
    points: score,
    max_points: outOf,
    message: isKept ? 'Passed.' : 'Not all of it passed.',
    output: cutTo(mostCharacters, output),
  };
}
