// result.json as an autograder of Classroom 50 leaves it (its "Advanced Autograding", schema classroom50/result/v1):
// whole numbers for points, and whose submission it is, from the environment that its runner sets.
import type { Report } from '../../events/report.ts';
import type { Rubric } from '../../points/rubric.ts';
import { inertJson } from '../../text/escape.ts';
import { ReporterUnavailable, type OpenReporter, type ReporterContext } from '../reporter.ts';
import {
  cutTo,
  gradedReport,
  shownTests,
  type GradedReport,
  type GradedTest,
} from './graded-report.ts';
import { withinSize } from './within-size.ts';

type Environment = NonNullable<ReporterContext['environment']>;

/** Whose submission it is, and where it stands. */
interface Identity {
  readonly classroom: string;
  readonly assignment: string;
  readonly assignment_type: string;
  readonly owner: string;
  readonly submission: string;
  readonly commit: string;
  readonly release: string;
  readonly review: string;
}

/** Its collector reads ten times as much; nobody does. */
const mostBytes = 1_000_000;
const modes = ['individual', 'group', 'team'];

/**
 * Points by the rubric of the context, or one for each `must` when there is none.
 * @throws {ReporterUnavailable} when the environment does not say whose submission it is
 */
export const openReporter: OpenReporter = ({ write, rubric, reveal, environment = {} }) => {
  const identity = identityIn(environment);
  return {
    onEvent() {
      // The report holds all that the events say.
    },
    finish(report) {
      const graded = gradedReport(report, rubric, reveal);
      const text = withinSize(mostBytes, (most) => {
        const whole = result(identity, report, graded, most);
        return `${inertJson(JSON.stringify(whole, null, 2))}\n`;
      });
      write(text);
    },
  };
};

function identityIn(environment: Environment): Identity {
  const missing: string[] = [];
  const take = (name: string): string => {
    const value = environment[name]?.trim() ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const classroom = take('CLASSROOM');
  const assignment = take('ASSIGNMENT');
  const owner = take('USERNAME');
  const submission = take('SUBMISSION_TAG');
  const commit = take('COMMIT_URL');
  const release = take('RELEASE_URL');
  if (missing.length > 0) {
    throw new ReporterUnavailable(
      `The classroom50 report says whose submission it is, and ${listed(missing)} not set: run conform from autograder.py, where the runner of Classroom 50 sets ${missing.length === 1 ? 'it' : 'them'}, or set ${missing.length === 1 ? 'it' : 'them'} yourself to try it.`,
    );
  }
  if (!submission.startsWith('submit/')) {
    throw new ReporterUnavailable(
      `The classroom50 report needs in SUBMISSION_TAG the tag of a submission, such as submit/2026-09-01T10-00-00Z-1a2b3c4, and found ${JSON.stringify(submission)}.`,
    );
  }
  const mode = environment['MODE']?.trim() ?? '';
  const assignment_type = mode === '' ? 'individual' : mode;
  if (!modes.includes(assignment_type)) {
    throw new ReporterUnavailable(
      `The classroom50 report needs in MODE one of ${modes.join(', ')}, and found ${JSON.stringify(mode)}.`,
    );
  }
  const review = environment['REVIEW_URL']?.trim() ?? '';
  return {
    classroom,
    assignment,
    assignment_type,
    owner,
    submission,
    commit,
    release,
    review: review === '' ? commit : review,
  };
}

const listed = (names: readonly string[]): string =>
  `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`;

function result(
  identity: Identity,
  { startedAt, durationMs }: Report,
  graded: GradedReport,
  mostCharacters: number,
): object {
  const factor = wholeFactor(graded.rubric);
  const whole = (points: number): number => Math.round(points * factor);
  // Their form of an error: nothing earned, of nothing.
  const tests = graded.unjudged === null ? shownTests(graded) : graded.tests.map(worthNothing);
  const sum = (points: (test: GradedTest) => number): number =>
    tests.reduce((so, test) => so + whole(points(test)), 0);
  const end = new Date(Date.parse(startedAt) + durationMs);
  return {
    schema: 'classroom50/result/v1',
    ...identity,
    // The runner puts the moment of the submission here.
    datetime: moment(new Date(startedAt)),
    graded_at: moment(end),
    score: sum(({ score }) => score),
    'max-score': sum(({ outOf }) => outOf),
    tests: tests.map(({ name, score, outOf, isKept, output }) => ({
      'test-name': name === '' ? 'unnamed' : name,
      passed: isKept,
      score: whole(score),
      'max-score': whole(outOf),
      ...(factor === 1
        ? {}
        : { message: `${score} of ${outOf} points, told ${factor} times as large` }),
      output: cutTo(mostCharacters, output),
    })),
  };
}

const worthNothing = (test: GradedTest): GradedTest => ({ ...test, score: 0, outOf: 0 });

/** UTC, to the second. */
const moment = (when: Date): string => `${when.toISOString().slice(0, 19)}Z`;

/**
 * By what points are multiplied so that all that the rubric can give are whole numbers. It hangs on the rubric
 * and not on what was earned: a class has one scale. Shared points come in hundredths.
 */
export function wholeFactor({ items }: Rubric): 1 | 10 | 100 {
  const isShared = items.some(
    ({ award, causes, behaviours, points }) =>
      award === 'share' && causes === undefined && behaviours.length > 1 && points > 0,
  );
  if (isShared) return 100;
  const hundredths = items.map(({ points }) => Math.round(points * 100));
  return (
    ([1, 10, 100] as const).find((factor) =>
      hundredths.every((points) => (points * factor) % 100 === 0),
    ) ?? 100
  );
}
