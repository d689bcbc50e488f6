import { expect, test } from 'vitest';
import { exampleClass } from '../../../fixtures/golden/class-results.ts';
import { InvalidResult, readClass, readResult } from './read-result.ts';

const [one] = exampleClass.submissions;
const graded = exampleClass.submissions.find(({ outcome }) => outcome === 'graded') ?? one;

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidResult) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

test('what was written is read back', () => {
  expect(readClass(JSON.stringify(exampleClass), 'class.json')).toEqual(exampleClass);
  for (const submission of exampleClass.submissions) {
    expect(readResult(JSON.stringify(submission), 'result.json')).toEqual(submission);
  }
});

test.each<[string, object, string]>([
  [
    'less than no points',
    { points: -5, outOf: 20 },
    'it.points must be a number from 0 to 1000000.',
  ],
  ['endless points', { points: 1e308, outOf: 20 }, 'it.points must be a number from 0 to 1000000.'],
  [
    'more points than there are',
    { points: 20.5, outOf: 20 },
    'it.points must be a number from 0 to it.outOf, which is 20.',
  ],
  [
    'points out of more than any rubric has',
    { outOf: 1e308 },
    'it.outOf must be a number from 0 to 1000000.',
  ],
  [
    'an item with more points than it has',
    { items: [{ name: 'Replies', points: 7, outOf: 6, visibility: 'visible' }] },
    'it.items[0].points must be a number from 0 to it.items[0].outOf, which is 6.',
  ],
  [
    'a behaviour that failed twice',
    { failed: ['a/b', 'a/c', 'a/b'] },
    'it.failed[2] is "a/b", as it.failed[0] is: expected each only once.',
  ],
  [
    'a behaviour that was left open twice',
    { unjudged: ['a/b', 'a/b'] },
    'it.unjudged[1] is "a/b", as it.unjudged[0] is: expected each only once.',
  ],
  [
    'a time before its beginning',
    { durationMs: -1 },
    'it.durationMs must be a number from 0 to 31536000000.',
  ],
  [
    'a time without end',
    { durationMs: 1e300 },
    'it.durationMs must be a number from 0 to 31536000000.',
  ],
])('a submission with %s is refused', (_, change, message) => {
  const text = JSON.stringify({ ...graded, ...change });

  expect(refusal(() => readResult(text, 'result.json'))).toBe(
    `result.json is not a result of conform: ${message}`,
  );
});

test.each<[string, object, string]>([
  [
    'more parts than there can be',
    { shard: { index: 1, count: 5e9 } },
    'it.shard.count must be a whole number from 1 to 100000.',
  ],
  [
    'less than no parts',
    { shard: { index: 1, count: -1 } },
    'it.shard.count must be a whole number from 1 to 100000.',
  ],
  [
    'one and a half parts',
    { shard: { index: 1, count: 1.5 } },
    'it.shard.count must be a whole number from 1 to 100000.',
  ],
  [
    'part 0',
    { shard: { index: 0, count: 2 } },
    'it.shard.index must be a whole number from 1 to 100000.',
  ],
  [
    'part 9 of 2',
    { shard: { index: 9, count: 2 } },
    'it.shard.index must be a whole number from 1 to it.shard.count, which is 2.',
  ],
  ['a seed between two', { seed: 1.5 }, 'it.seed must be a whole number from 0 to 2147483647.'],
  ['a seed too large', { seed: 2 ** 31 }, 'it.seed must be a whole number from 0 to 2147483647.'],
  [
    'one submission twice',
    { submissions: [graded, graded] },
    `it.submissions[1] is ${JSON.stringify(graded?.name)}, as it.submissions[0] is: expected each only once.`,
  ],
  [
    'more submissions than the class has',
    { submissions: [graded], pending: ['zoe'], classSize: 1 },
    'it.classSize must be a whole number from 2, as many as it contains; found 1.',
  ],
])('a class with %s is refused', (_, change, message) => {
  const text = JSON.stringify({ ...exampleClass, ...change });

  expect(refusal(() => readClass(text, 'class.json'))).toBe(
    `class.json is not a result of conform: ${message}`,
  );
});
