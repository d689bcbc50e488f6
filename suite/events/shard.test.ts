import { describe, expect, test } from 'vitest';
import { isTold } from '../../clients/shapes/shape.ts';
import { InvalidShard, isInShard, missingParts, readShard } from './shard.ts';
import { mostShards } from './plain-values.ts';
import { shard as shardShape } from './shapes/run.ts';

const names = Array.from({ length: 400 }, (_, index) => `student-${index}`);

describe('the split', () => {
  test('puts each name into one part, and the parts are of like size', () => {
    const sizes = [1, 2, 3, 4].map(
      (index) => names.filter((name) => isInShard(name, { index, count: 4 })).length,
    );

    expect(sizes.reduce((sum, size) => sum + size)).toBe(names.length);
    expect(Math.min(...sizes)).toBeGreaterThan(60);
  });

  test('is the same for ever: results of last week are found again', () => {
    const parts = ['ada', 'bob', 'cleo', 'dan'].map((name) =>
      [1, 2, 3].find((index) => isInShard(name, { index, count: 3 })),
    );

    expect(parts).toMatchInlineSnapshot(`
      [
        3,
        1,
        1,
        3,
      ]
    `);
  });
});

describe('auto', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['K/N needs no scheduler', '3/8', {}, '3/8'],
    [
      'Slurm, counted from 0',
      'auto',
      { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '0' },
      '1/4',
    ],
    [
      'Slurm, counted from 1',
      'auto',
      { SLURM_ARRAY_TASK_ID: '4', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '1' },
      '4/4',
    ],
    [
      'Slurm, in steps',
      'auto',
      {
        SLURM_ARRAY_TASK_ID: '20',
        SLURM_ARRAY_TASK_COUNT: '4',
        SLURM_ARRAY_TASK_MIN: '0',
        SLURM_ARRAY_TASK_STEP: '10',
      },
      '3/4',
    ],
    ['GitLab', 'auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' }, '2/5'],
    ['Kubernetes, told the count', 'auto/8', { JOB_COMPLETION_INDEX: '7' }, '8/8'],
    [
      'Kubernetes, by a variable of ours',
      'auto',
      { JOB_COMPLETION_INDEX: '0', CONFORM_SHARDS: '8' },
      '1/8',
    ],
  ])('%s', (_, text, environment, expected) => {
    const { index, count } = readShard(text, environment);

    expect(`${index}/${count}`).toBe(expected);
  });

  test.each<[string, string, Record<string, string>, RegExp]>([
    ['no part', 'half', {}, /names no part.*K\/N/],
    ['part 0', '0/4', {}, /with 4 parts, the number of a part must be from 1 to 4/],
    ['part 5 of 4', '5/4', {}, /with 4 parts, the number of a part must be from 1 to 4/],
    ['a part of none', '1/0', {}, /there must be at least one part/],
    ['more parts than there can be', '1/100001', {}, /one of too many: expected at most 100000/],
    [
      'part 1.5',
      'auto',
      { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_STEP: '2' },
      /with 4 parts, the number of a part must be from 1 to 4/,
    ],
    ['no scheduler', 'auto', {}, /finds no index.*SLURM_ARRAY_TASK_ID/],
    ['an index without a count', 'auto', { JOB_COMPLETION_INDEX: '1' }, /CONFORM_SHARDS/],
    ['no number', 'auto/2', { JOB_COMPLETION_INDEX: 'one' }, /expected a whole number/],
    [
      'two schedulers that differ',
      'auto',
      {
        CI_NODE_INDEX: '1',
        CI_NODE_TOTAL: '2',
        SLURM_ARRAY_TASK_ID: '1',
        SLURM_ARRAY_TASK_COUNT: '2',
        SLURM_ARRAY_TASK_MIN: '0',
      },
      /two different parts: 2\/2 \(SLURM_ARRAY_TASK_ID\) and 1\/2 \(CI_NODE_INDEX\)/,
    ],
    [
      'two counts',
      'auto/3',
      { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' },
      /3 \(--shard auto\/N\) and 2 \(CI_NODE_TOTAL\)/,
    ],
    [
      'a Slurm array with gaps',
      'auto',
      { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_COUNT: '2', SLURM_ARRAY_TASK_MIN: '3' },
      /with 2 parts, the number of a part must be from 1 to 2/,
    ],
  ])('%s is refused', (_, text, environment, message) => {
    expect(() => readShard(text, environment)).toThrow(InvalidShard);
    expect(() => readShard(text, environment)).toThrow(message);
  });
});

test('a file may tell of the parts that --shard takes, and of no others', () => {
  const shards: [number, number][] = [
    ...([
      [1, 1],
      [2, 2],
      [mostShards, mostShards],
    ] as [number, number][]),
    ...([
      [0, 2],
      [3, 2],
      [1, 0],
      [1, -1],
      [1, 1.5],
      [1, mostShards + 1],
      [1, 5e9],
    ] as [number, number][]),
  ];
  const isTaken = (text: string): boolean => {
    try {
      return readShard(text, {}).count > 0;
    } catch (error) {
      if (error instanceof InvalidShard) return false;
      throw error;
    }
  };

  expect(shards.map(([index, count]) => isTold(shardShape, { index, count }))).toEqual(
    shards.map(([index, count]) => isTaken(`${index}/${count}`)),
  );
});

test.each<[number, number[], string | undefined]>([
  [2, [2, 1], undefined],
  [2, [1], 'Part 2 of 2 is missing'],
  [4, [2, 3], 'Parts 1 and 4 of 4 are missing'],
  [6, [3], 'Parts 1, 2, 4, 5 and 6 of 6 are missing'],
  [7, [3], 'Parts 1, 2, 4, 5, 6 and 1 more of 7 are missing'],
  [7, [1, 2, 3, 4, 5, 6], 'Part 7 of 7 is missing'],
  [
    Number.MAX_SAFE_INTEGER - 1,
    [1],
    'Parts 2, 3, 4, 5, 6 and 9007199254740984 more of 9007199254740990 are missing',
  ],
])('of %d parts %j are there', (count, present, words) => {
  expect(missingParts(count, present)).toBe(words);
});
