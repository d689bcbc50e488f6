// What a student must not see is looked for in the files that a student gets.
import { describe, expect, test } from 'vitest';
import { gradedSubmission } from '../../../fixtures/golden/class-results.ts';
import { failed, passed, runOf, type Planned } from '../../../fixtures/golden/run-parts.ts';
import { everyShape, diagnosed } from '../../../fixtures/golden/runs.ts';
import type { RunEvent } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import type { Rubric, RubricItem } from '../../points/rubric.ts';
import { toldToStudents } from './told-to-students.ts';
import { submissionFiles } from './write-outputs.ts';

function item(behaviours: readonly string[], rest: Partial<RubricItem> = {}): RubricItem {
  return {
    name: `about ${behaviours.length}`,
    behaviours,
    points: 1,
    award: 'share',
    visibility: 'visible',
    reveal: 'full',
    ...rest,
  };
}

const rubricOf = (...items: readonly RubricItem[]): Rubric => ({
  title: null,
  unjudged: 'credit',
  items,
});

/** What failures tell, by id: the summary, the hint and how long the conversation is. */
function tells(events: readonly RunEvent[]): Record<string, readonly unknown[]> {
  return Object.fromEntries(
    summarise(events).behaviours.flatMap(({ id, verdict }) =>
      verdict.kind === 'failed' ? [[id, [verdict.summary, verdict.hint]]] : [],
    ),
  );
}

const failure = (id: string): Planned => ({
  id,
  verdict: failed(
    id,
    { kind: 'other', expected: 'x', observed: 'y' },
    { summary: `S ${id}`, hint: `H ${id}` },
  ),
});

const run = runOf([
  failure('payload/open'),
  failure('payload/hinted'),
  failure('payload/secret'),
  { id: 'payload/behind', verdict: { kind: 'blocked', by: ['payload/secret'], reason: 'needed' } },
  { id: 'payload/good', verdict: passed },
]);

describe('what students are told', () => {
  test('is all without a rubric and a level', () => {
    expect(toldToStudents(everyShape.events, null, 'full')).toEqual(everyShape.events);
  });

  test('is nothing of an item that is not visible, but that there is one', () => {
    const secret = item(['payload/secret'], { visibility: 'after_published' });
    const told = toldToStudents(run, rubricOf(secret), 'full');

    expect(JSON.stringify(told)).not.toContain('secret');
    const report = summarise(told);
    expect(report.behaviours.map(({ id }) => id)).toEqual([
      'payload/open',
      'payload/hinted',
      'payload/behind',
      'payload/good',
    ]);
    expect(report.notices).toEqual(['1 behaviour of the rubric is tested but not shown here.']);
  });

  test('is of each failure no more than its item and the class allow', () => {
    const rubric = rubricOf(item(['payload/open']), item(['payload/hinted'], { reveal: 'hint' }));
    const hidden = 'What the server did is not revealed in this report.';

    expect(tells(toldToStudents(run, rubric, 'full'))).toEqual({
      'payload/open': ['S payload/open', 'H payload/open'],
      'payload/hinted': [hidden, 'H payload/hinted'],
      'payload/secret': ['S payload/secret', 'H payload/secret'],
    });
    expect(tells(toldToStudents(run, rubric, 'none'))).toEqual({
      'payload/open': [hidden, ''],
      'payload/hinted': [hidden, ''],
      'payload/secret': [hidden, ''],
    });
  });

  test('is a mistake only if all that it explains may be told', () => {
    const causes = summarise(diagnosed.events).causes;
    const [first] = causes;
    const explained = first?.explains[0] ?? '';
    const left = (items: readonly RubricItem[]): string[] =>
      summarise(toldToStudents(diagnosed.events, rubricOf(...items), 'full')).causes.map(
        ({ id }) => id,
      );

    expect(left([])).toEqual(causes.map(({ id }) => id));
    expect(left([item([explained], { visibility: 'hidden' })])).not.toContain(first?.id);
    expect(left([item([explained], { reveal: 'none' })])).not.toContain(first?.id);
    expect(left([item([], { causes: [first?.id ?? ''], visibility: 'hidden' })])).not.toContain(
      first?.id,
    );
    const [hinted] = summarise(
      toldToStudents(diagnosed.events, rubricOf(item([explained], { reveal: 'hint' })), 'full'),
    ).causes;
    expect([hinted?.id, hinted?.shows]).toEqual([first?.id, '']);
  });

  test('is the same in every file, while the points are those of all', async () => {
    const rubric = rubricOf(
      item(['payload/open', 'payload/good'], { points: 4, reveal: 'hint' }),
      item(['payload/secret'], { name: 'kept back', points: 6, visibility: 'hidden' }),
    );
    const files = new Map(
      await submissionFiles({
        result: gradedSubmission('a', [2, 0]),
        events: run,
        rubric,
        reveal: 'actual',
      }),
    );

    for (const name of ['report.html', 'report.md']) {
      expect(files.get(name), name).toContain('payload');
      expect(files.get(name), name).not.toMatch(/secret|S payload(?:&#47;|\/)open/u);
      expect(files.get(name), name).toMatch(/S payload(?:&#47;|\/)hinted/u);
    }
    const { tests } = JSON.parse(files.get('results.json') ?? '') as {
      readonly tests: readonly { readonly score: number; readonly visibility: string }[];
    };
    expect(tests.map(({ score, visibility }) => [score, visibility])).toEqual([
      [2, 'visible'],
      [0, 'hidden'],
    ]);
  });

  test('leaves the points as they are at every level, also those for mistakes', async () => {
    const [cause] = summarise(diagnosed.events).causes;
    const rubric = rubricOf(item([], { causes: [cause?.id ?? ''], points: 5 }));
    const result = gradedSubmission('a', [0, 0]);

    for (const reveal of ['none', 'hint', 'actual', 'full'] as const) {
      const files = new Map(
        await submissionFiles({ result, events: diagnosed.events, rubric, reveal }),
      );
      const results = files.get('results.json') ?? '';
      expect(JSON.parse(results), reveal).toHaveProperty('tests.0.score', 0);
      expect(results.includes(cause?.title ?? 'no cause'), reveal).toBe(reveal !== 'none');
    }
  });
});
