import { expect, test } from 'vitest';
import type { ClassResult, SubmissionResult } from './results/class-result.ts';
import { mergeClasses, NotOneClass, type ShardResult } from './merge-classes.ts';

function row(name: string): SubmissionResult {
  return {
    schema: 'conform/submission/1',
    name,
    outcome: 'graded',
    how: 'Makefile',
    message: null,
    log: null,
    verdict: 'conforms',
    points: 1,
    outOf: 1,
    items: [],
    failed: [],
    unjudged: [],
    causes: [],
    durationMs: 1,
  };
}

function part(
  index: number,
  names: readonly string[],
  more: Partial<ClassResult> = {},
): ShardResult {
  return {
    folder: `part-${index}`,
    result: {
      schema: 'conform/class/1',
      title: 'Exercise 3',
      contract: 'echo',
      seed: 1,
      submissions: names.map(row),
      settings: 'digest',
      classSize: 4,
      shard: { index, count: 2 },
      ...more,
    },
  };
}

const first = part(1, ['bob', 'dan']);
const second = part(2, ['ada', 'cleo']);

test('the parts become the class that one machine would have graded', () => {
  const { result, missing } = mergeClasses([second, first]);

  expect(missing).toEqual([]);
  expect(result.submissions.map(({ name }) => name)).toEqual(['ada', 'bob', 'cleo', 'dan']);
  expect(result).not.toHaveProperty('shard');
  expect(result).toEqual(mergeClasses([first, second]).result);
});

test.each<[string, [ShardResult, ...ShardResult[]], RegExp]>([
  ['a part that is not there', [first], /^Part 2 of 2 is missing\.$/],
  [
    'a part that was cut short',
    [first, part(2, ['ada'], { pending: ['cleo'] })],
    /Not graded yet: cleo/,
  ],
  ['a submission that nobody graded', [first, part(2, ['ada'])], /has 4 submissions.* hold 3/],
])('%s is told', (_, shards, message) => {
  expect(mergeClasses(shards).missing.join(' ')).toMatch(message);
});

test('of very many parts that are not there a few are named', () => {
  const far = part(3, ['bob'], { shard: { index: 3, count: 100_000 } });

  expect(mergeClasses([far]).missing).toEqual([
    'Parts 1, 2, 4, 5, 6 and 99994 more of 100000 are missing.',
  ]);
});

test.each<[string, ShardResult, RegExp]>([
  ['the same part twice', { ...first, folder: 'copy' }, /part-1 and copy are both part 1\/2/],
  [
    'one name twice in a part',
    part(2, ['kai', 'kai']),
    /^kai is in the class\.json of part-2 twice\.$/,
  ],
  ['one name twice', part(2, ['ada', 'bob']), /bob stands in part-1 and in part-2/],
  ['another rubric', part(2, ['ada', 'cleo'], { settings: 'other' }), /different settings/],
  ['another seed', part(2, ['ada', 'cleo'], { seed: 2 }), /another seed/],
  ['another class', part(2, ['ada', 'cleo'], { classSize: 5 }), /classes of 4 and 5/],
  ['another split', part(2, ['ada'], { shard: { index: 2, count: 3 } }), /one part of 2.*one of 3/],
])('%s is refused', (_, other, message) => {
  expect(() => mergeClasses([first, other])).toThrow(NotOneClass);
  expect(() => mergeClasses([first, other])).toThrow(message);
});

test('a whole class is no part', () => {
  const { shard, ...whole } = second.result;

  expect(shard).toEqual({ index: 2, count: 2 });
  expect(() => mergeClasses([first, { folder: 'whole', result: whole }])).toThrow(/whole contains/);
});
