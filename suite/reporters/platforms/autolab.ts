// What an autograder of Autolab prints (its "Guide for Lab Authors" and "Formatted Feedback"): text for the
// student, a line of JSON that lays out the tests, and as the last line the JSON with the scores.
import { inertJson } from '../../text/escape.ts';
import { atTheEnd } from '../at-the-end.ts';
import {
  gradedReport,
  shownTests,
  sumOf,
  type GradedReport,
  type GradedTest,
} from './graded-report.ts';

/** The problem that all points go to when there is no rubric to name several. */
const onlyProblem = 'Correctness';
const stage = 'Test results';

/**
 * Points by the rubric of the context, each item a problem of the lab. Without one, all points go to the problem
 * `Correctness`. A server that could not be tested has no scores: a person looks, and nothing is lost.
 */
export const openReporter = atTheEnd((report, { rubric, reveal }) => {
  const graded = gradedReport(report, rubric, reveal);
  const shown = shownTests(graded);
  const lines = [
    graded.overall,
    ...shown.flatMap(feedback),
    '',
    line(layout(shown)),
    line({ scores: scores(graded, rubric !== undefined) }),
  ];
  return `${lines.join('\n')}\n`;
});

const line = (value: object): string => inertJson(JSON.stringify(value));

function feedback({ name, score, outOf, output }: GradedTest): string[] {
  return ['', `${name}: ${score} of ${outOf}`, output];
}

function layout(tests: readonly GradedTest[]): object {
  const results = Object.fromEntries(
    tests.map(({ name, isKept, score, outOf }) => [
      name,
      isKept ? { passed: true } : { passed: false, hint: `${score} of ${outOf}, see the output` },
    ]),
  );
  return { _presentation: 'semantic', stages: [stage], [stage]: results };
}

/** Items of one name are one problem. */
function scores(
  { tests, unjudged }: GradedReport,
  hasRubric: boolean,
): Readonly<Record<string, number>> {
  if (unjudged !== null) return {};
  const problemOf = ({ name }: GradedTest): string => (hasRubric ? name : onlyProblem);
  const problems = new Set(tests.map(problemOf));
  return Object.fromEntries(
    [...problems].map((problem) => [
      problem,
      sumOf(
        tests.filter((test) => problemOf(test) === problem),
        ({ score }) => score,
      ),
    ]),
  );
}
