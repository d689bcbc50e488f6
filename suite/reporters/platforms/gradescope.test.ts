import { describe, expect, test } from 'vitest';
import { printed } from '../../../fixtures/golden/printed.ts';
import { failed, passed, runOf } from '../../../fixtures/golden/run-parts.ts';
import {
  everyShape,
  allPassed,
  diagnosed,
  hostileBytes,
  twoCauses,
  unreachable,
} from '../../../fixtures/golden/runs.ts';
import type { RunEvent } from '../../events/events.ts';
import type { Rubric } from '../../points/rubric.ts';
import { openReporter } from './gradescope.ts';
import { itemOf, rubricOf } from './rubrics.ts';

interface Results {
  readonly output: string;
  readonly stdout_visibility: string;
  readonly execution_time: number;
  readonly tests: readonly {
    readonly name: string;
    readonly score: number;
    readonly max_score: number;
    readonly status: string;
    readonly output: string;
    readonly visibility: string;
  }[];
}

function results(events: readonly RunEvent[], rubric?: Rubric): Results {
  const text = printed(openReporter, events, rubric === undefined ? {} : { rubric });
  return JSON.parse(text) as Results;
}

const scores = ({ tests }: Results): number[] => tests.map(({ score }) => score);

test.each([allPassed, diagnosed, unreachable, hostileBytes])(
  '$name stands as in its golden file',
  async ({ name, events }) => {
    await expect(printed(openReporter, events)).toMatchFileSnapshot(
      `../../../fixtures/golden/${name}.gradescope.json`,
    );
  },
);

describe('without a rubric', () => {
  test('each must is worth a point, the others are told and worth none', () => {
    const { tests } = results(twoCauses.events);

    expect(tests.map(({ score, max_score, status }) => [score, max_score, status])).toEqual([
      [1, 1, 'passed'],
      [1, 1, 'passed'],
      [0, 1, 'failed'],
      [0, 1, 'failed'],
      [0, 1, 'failed'],
      [0, 0, 'failed'],
    ]);
  });

  test('what a student sees holds the evidence and the causes', () => {
    const { output, tests, stdout_visibility } = results(twoCauses.events);

    expect(output).toContain('Cause (certain)');
    expect(tests[2]?.output).toContain('61 00 62');
    expect(stdout_visibility).toBe('hidden');
  });
});

describe('with a rubric', () => {
  test('an item is shared among its behaviours, or all or nothing', () => {
    const ids = ['payload/one-message', 'payload/nul-bytes', 'payload/each-byte-value-alone'];

    expect(scores(results(twoCauses.events, rubricOf(itemOf(10, ids))))).toEqual([3.33]);
    expect(scores(results(twoCauses.events, rubricOf(itemOf(10, ids, { award: 'all' }))))).toEqual([
      0,
    ]);
  });

  test('what conform could not test is credited and marked, or withheld', () => {
    const ids = ['concurrency/many-at-once', 'concurrency/crowd'];
    const rubric = rubricOf(itemOf(10, ids));
    const credited = results(everyShape.events, rubric);

    expect(scores(credited)).toEqual([5]);
    expect(credited.tests[0]?.output).toContain(
      'conform could not test this: its points are awarded',
    );
    expect(credited.output).toContain('never cost points');
    const withheld = results(everyShape.events, { ...rubric, unjudged: 'withhold' });
    expect(scores(withheld)).toEqual([0]);
    expect(withheld.tests[0]?.output).toContain('conform could not test this.');
  });

  test('what is left over when a run is cut short costs nothing', () => {
    const rubric = rubricOf(itemOf(4, ['payload/any-bytes']), itemOf(6, ['payload/nul-bytes']));

    const nul = failed('payload/nul-bytes', { kind: 'refused', code: 'X' });
    const interrupted = runOf(
      [{ id: 'payload/nul-bytes', verdict: nul }, { id: 'payload/any-bytes' }],
      {
        type: 'run-finished',
        durationMs: 321,
        cutShort: 'stopped by Ctrl-C',
      },
    );

    expect(scores(results(interrupted, rubric))).toEqual([4, 0]);
  });

  test('what is blocked by a failure earns nothing, what does not apply is left out', () => {
    const halfClose = ['half-close/sends-all-it-owes', 'half-close/closes-too'];
    const endWord = ['payload/one-message', 'end-word/closes'];

    expect(
      scores(results(everyShape.events, rubricOf(itemOf(4, halfClose), itemOf(4, endWord)))),
    ).toEqual([0, 4]);
  });

  test('an item of which nothing applies earns nothing, and says why', () => {
    const [one] = results(everyShape.events, rubricOf(itemOf(4, ['end-word/closes']))).tests;

    expect(one).toMatchObject({ score: 0, max_score: 4, status: 'failed' });
    expect(one?.output).toContain('the contract has no ending word');
  });

  test('an unreachable server is one test that says so, with all points open', () => {
    const { tests } = results(
      unreachable.events,
      rubricOf(itemOf(4, ['a/b']), itemOf(2.5, ['c/d'])),
    );

    expect(tests).toMatchObject([{ score: 0, max_score: 6.5, status: 'failed' }]);
    expect(tests[0]?.output).toContain('Nothing listens on 127.0.0.1:9990');
    expect(tests[0]?.output).toContain('not awarded yet');
  });
});

describe('what is hidden', () => {
  const hidden = rubricOf(
    itemOf(5, ['payload/one-message']),
    itemOf(5, ['payload/nul-bytes', 'payload/each-byte-value-alone'], { visibility: 'hidden' }),
    itemOf(5, ['concurrency/no-byte-crosses-over'], { reveal: 'hint' }),
  );

  test('a hidden item does not show through the overall text', () => {
    const { output, tests } = results(twoCauses.events, hidden);

    expect(tests.map(({ visibility }) => visibility)).toEqual(['visible', 'hidden', 'visible']);
    expect(output).not.toContain('strlen');
    expect(output).not.toContain('nul-bytes');
    expect(output).not.toContain('failed');
  });

  test('an item tells no more of its failures than it reveals', () => {
    const { output, tests } = results(twoCauses.events, hidden);

    // The cause of that failure names bytes: it says no more than the item.
    expect(output).toContain('All clients share one buffer');
    expect(output).not.toContain('Client B was sent');
    // The cause stands above: it is given no second guess.
    expect(tests[2]?.output).not.toContain('A common mistake');
    expect(tests[2]?.output).not.toContain('alphabeta');
    expect(tests[1]?.output).toContain('61 00 62');
  });
});

test('one test does not fill the page of a student', () => {
  const events = runOf([
    { id: 'payload/one-message', verdict: passed },
    {
      id: 'payload/nul-bytes',
      verdict: failed(
        'payload/nul-bytes',
        { kind: 'refused', code: 'X' },
        { hint: 'word '.repeat(20_000) },
      ),
    },
  ]);

  expect(results(events).tests[1]?.output.length).toBeLessThan(61_000);
});
