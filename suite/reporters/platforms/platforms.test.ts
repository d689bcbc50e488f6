// What the grading platforms are given, read as each of them reads it.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { printed, submissionEnvironment as environment } from '../../../fixtures/golden/printed.ts';
import { failed, passed, runOf, type Planned } from '../../../fixtures/golden/run-parts.ts';
import {
  allPassed,
  exampleRuns,
  twoCauses,
  unreachable,
  type ExampleRun,
} from '../../../fixtures/golden/runs.ts';
import type { RunEvent } from '../../events/events.ts';
import type { Rubric, RubricItem } from '../../points/rubric.ts';
import { ReporterUnavailable, type OpenReporter } from '../reporter.ts';
import { openReporter as openAutolab } from './autolab.ts';
import { openReporter as openClassroom, wholeFactor } from './classroom50.ts';
import { openReporter as openPrairieLearn } from './prairielearn.ts';
import { itemOf, rubricOf } from './rubrics.ts';

const item = (
  name: string,
  points: number,
  behaviours: readonly string[],
  rest: Partial<RubricItem> = {},
): RubricItem => itemOf(points, behaviours, { name, ...rest });

/** Of three behaviours one is kept; a hidden item is broken. */
const rubric = rubricOf(
  item('Replies', 10, [
    'payload/one-message',
    'payload/nul-bytes',
    'payload/each-byte-value-alone',
  ]),
  item('Many clients', 2.5, ['concurrency/no-byte-crosses-over'], { visibility: 'hidden' }),
);

const told = (open: OpenReporter, { events }: Pick<ExampleRun, 'events'>, given?: Rubric): string =>
  printed(open, events, given === undefined ? {} : { rubric: given });

type Json = Readonly<Record<string, unknown>>;
const read = (text: string): Json => JSON.parse(text) as Json;

/** As many failures as there are behaviours, each with more evidence than anybody reads. */
const flood: { readonly events: readonly RunEvent[] } = {
  events: runOf(
    Array.from({ length: 120 }, (_, index): Planned => {
      const id = `payload/number-${index}`;
      const hint = 'Größe '.repeat(12_000);
      return { id, verdict: failed(id, { kind: 'refused', code: 'X' }, { hint }) };
    }),
  ),
};

describe('PrairieLearn', () => {
  test('gets a score from 0 to 1, and a test for each item with its points', () => {
    const results = read(told(openPrairieLearn, twoCauses, rubric));

    expect(Object.keys(results)).toEqual(['gradable', 'score', 'message', 'tests']);
    expect(results).toMatchObject({
      gradable: true,
      score: 3.33 / 12.5,
      tests: [
        { name: 'Replies', points: 3.33, max_points: 10, message: 'Not all of it passed.' },
        { name: 'Not shown', points: 0, max_points: 2.5 },
      ],
    });
    expect(results['message']).toContain('Exercise 3');
    const [first, hidden] = results['tests'] as readonly { readonly output: string }[];
    expect(first?.output).toContain('61 00 62');
    expect(hidden?.output).toBe('1 item of the rubric is tested but not shown here.');
  });

  test('gets a whole score for a server that keeps all, and none where nothing is worth points', () => {
    expect(read(told(openPrairieLearn, allPassed))).toMatchObject({ gradable: true, score: 1 });
    const worthless = rubricOf(item('Free', 0, ['payload/one-message']));
    expect(read(told(openPrairieLearn, twoCauses, worthless))).toMatchObject({ score: 0 });
  });

  test('takes a server that could not be tested as not gradable, which uses up no attempt', () => {
    const results = read(told(openPrairieLearn, unreachable, rubric));

    expect(results).toMatchObject({ gradable: false });
    expect(results).not.toHaveProperty('score');
    expect(results['format_errors']).toEqual([
      expect.stringContaining('Nothing listens on 127.0.0.1:9990'),
    ]);
  });

  test('gets no more than 1 MB, whatever went wrong, and says what was cut', () => {
    const text = told(openPrairieLearn, flood);

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
    expect(read(text)['tests']).toHaveLength(120);
    expect(text).toMatch(/… [\d,]+ characters more were cut here\./u);
  });
});

describe('Autolab', () => {
  const lastLines = (text: string): [layout: Json, scores: Json] => {
    const [layout = '', scores = ''] = text.trimEnd().split('\n').slice(-2);
    return [read(layout), read(scores)];
  };

  test('gets its scores as the last line, its layout before it, and text before that', () => {
    const text = told(openAutolab, twoCauses, rubric);
    const [layout, scores] = lastLines(text);

    expect(scores).toEqual({ scores: { Replies: 3.33, 'Many clients': 0 } });
    expect(layout).toEqual({
      _presentation: 'semantic',
      stages: ['Test results'],
      'Test results': {
        Replies: { passed: false, hint: '3.33 of 10, see the output' },
        'Not shown': { passed: false, hint: '0 of 2.5, see the output' },
      },
    });
    expect(text).toContain('\nReplies: 3.33 of 10\n');
    expect(text).not.toContain('alphabeta');
  });

  test('gets all points as one problem where no rubric names several', () => {
    expect(lastLines(told(openAutolab, twoCauses))[1]).toEqual({ scores: { Correctness: 2 } });
  });

  test('items of one name are one problem', () => {
    const twice = rubricOf(
      item('Replies', 1.1, ['payload/one-message']),
      item('Replies', 2.2, ['accept/accepts']),
    );
    const events = runOf([
      { id: 'payload/one-message', verdict: passed },
      { id: 'accept/accepts', verdict: passed },
    ]);

    expect(lastLines(told(openAutolab, { events }, twice))[1]).toEqual({
      scores: { Replies: 3.3 },
    });
  });

  test('gets no score for a server that could not be tested', () => {
    const text = told(openAutolab, unreachable, rubric);

    expect(lastLines(text)[1]).toEqual({ scores: {} });
    expect(text).toContain('Nothing listens on 127.0.0.1:9990');
  });
});

describe('Classroom 50', () => {
  const schema = JSON.parse(
    readFileSync(
      new URL('../../../fixtures/platforms/classroom50-result.schema.json', import.meta.url),
      'utf8',
    ),
  ) as object;
  const takes = new Ajv2020({ allErrors: true }).compile(schema);

  test.each(exampleRuns)('$name is what its schema takes, with points that add up', (run) => {
    for (const given of [undefined, rubric]) {
      const result = read(told(openClassroom, run, given));
      takes(result);

      expect(takes.errors ?? []).toEqual([]);
      const tests = result['tests'] as readonly Readonly<Record<string, number>>[];
      for (const [one, all] of [
        ['score', result['score']],
        ['max-score', result['max-score']],
      ] as const) {
        expect(tests.reduce((sum, each) => sum + (each[one] ?? 0), 0)).toBe(all);
      }
      for (const each of tests) expect(each['score']).toBeLessThanOrEqual(each['max-score'] ?? 0);
    }
  });

  test('says whose submission it is, from the environment of its runner', () => {
    expect(read(told(openClassroom, twoCauses, rubric))).toMatchObject({
      schema: 'classroom50/result/v1',
      classroom: 'cs50',
      assignment: 'echo',
      assignment_type: 'individual',
      owner: 'ada',
      submission: environment.SUBMISSION_TAG,
      commit: environment.COMMIT_URL,
      release: environment.RELEASE_URL,
      review: environment.COMMIT_URL,
      datetime: '2024-05-01T12:00:00Z',
    });
    const grouped = { ...environment, MODE: 'group', REVIEW_URL: 'https://example.org/compare' };
    expect(read(printed(openClassroom, twoCauses.events, { environment: grouped }))).toMatchObject({
      assignment_type: 'group',
      review: 'https://example.org/compare',
    });
  });

  test('points are whole numbers, none lost, and their scale is the rubric’s alone', () => {
    expect(read(told(openClassroom, twoCauses, rubric))).toMatchObject({
      score: 333,
      'max-score': 1250,
      tests: [
        {
          'test-name': 'Replies',
          passed: false,
          score: 333,
          'max-score': 1000,
          message: '3.33 of 10 points, told 100 times as large',
        },
        { 'test-name': 'Not shown', score: 0, 'max-score': 250 },
      ],
    });
    expect(read(told(openClassroom, allPassed, rubric))).toMatchObject({ 'max-score': 1250 });
  });

  test.each([
    ['whole points, all or nothing', item('a', 3, ['x/a', 'x/b'], { award: 'all' }), 1],
    ['one behaviour, which cannot be shared', item('a', 3, ['x/a']), 1],
    ['mistakes', item('a', 2, [], { causes: ['y'] }), 1],
    ['tenths', item('a', 2.5, ['x/a']), 10],
    ['hundredths', item('a', 0.25, ['x/a']), 100],
    ['what is shared', item('a', 3, ['x/a', 'x/b']), 100],
    ['what is shared and worth nothing', item('a', 0, ['x/a', 'x/b']), 1],
  ])('%s are told by this factor', (_, one, factor) => {
    expect(wholeFactor(rubricOf(one))).toBe(factor);
  });

  test('a server that could not be tested has earned nothing of nothing, with the reason', () => {
    const result = read(told(openClassroom, unreachable, rubric));

    expect(result).toMatchObject({ score: 0, 'max-score': 0, tests: [{ passed: false }] });
    expect(JSON.stringify(result)).toContain('Nothing listens on 127.0.0.1:9990');
  });

  test.each([
    [{}, 'CLASSROOM, ASSIGNMENT, USERNAME, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL are not set'],
    [{ ...environment, USERNAME: ' ' }, 'USERNAME is not set: run conform from autograder.py'],
    [
      { ...environment, SUBMISSION_TAG: 'v1' },
      'such as submit/2026-09-01T10-00-00Z-1a2b3c4, and found "v1"',
    ],
    [{ ...environment, MODE: 'pair' }, 'in MODE one of individual, group, team, and found "pair"'],
  ])('an environment that does not say so is refused before the run (%#)', (given, message) => {
    const open = (): unknown =>
      openClassroom({
        write: () => undefined,
        isTerminal: false,
        useColour: false,
        columns: 100,
        environment: given,
      });

    expect(open).toThrow(ReporterUnavailable);
    expect(open).toThrow(message);
  });
});
