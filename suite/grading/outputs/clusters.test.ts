import { describe, expect, test } from 'vitest';
import {
  exampleClass,
  gradedSubmission,
  unjudgedSubmission,
} from '../../../fixtures/golden/class-results.ts';
import type { FoundCause, SubmissionResult } from '../results/class-result.ts';
import { clustersOf, timesFound } from './clusters.ts';

const cause = (id: string, confidence: FoundCause['confidence'] = 'certain'): FoundCause => ({
  id,
  title: `About ${id}`,
  confidence,
});

const wrong = (name: string, rest: Partial<SubmissionResult>): SubmissionResult =>
  gradedSubmission(name, [0, 0], rest);

const who = (submissions: readonly SubmissionResult[]): (readonly string[])[] =>
  clustersOf(submissions).map((cluster) => cluster.submissions);

describe('clusters', () => {
  test('the same mistakes are one cluster, whatever their order, however often and whatever fails', () => {
    const clusters = clustersOf([
      wrong('a', { causes: [cause('x'), cause('y')], failed: ['p', 'q'] }),
      wrong('b', { causes: [cause('y'), cause('x'), cause('y')], failed: ['q', 'r'] }),
    ]);

    expect(clusters).toEqual([
      { kind: 'causes', causes: [cause('x'), cause('y')], failed: ['q'], submissions: ['a', 'b'] },
    ]);
  });

  test('one mistake and two are two clusters', () => {
    expect(
      who([
        wrong('a', { causes: [cause('x')] }),
        wrong('b', { causes: [cause('x'), cause('y')] }),
        wrong('c', { causes: [cause('x')] }),
      ]),
    ).toEqual([['a', 'c'], ['b']]);
  });

  test('without a known mistake the same failures are a cluster', () => {
    expect(
      clustersOf([
        wrong('a', { failed: ['q', 'p'] }),
        wrong('b', { failed: ['p'] }),
        wrong('c', { failed: ['p', 'q'] }),
      ]),
    ).toEqual([
      { kind: 'failures', causes: [], failed: ['p', 'q'], submissions: ['a', 'c'] },
      { kind: 'failures', causes: [], failed: ['p'], submissions: ['b'] },
    ]);
  });

  test('ids that look like several, or like a mistake, are not taken for them', () => {
    expect(
      who([
        wrong('a', { failed: ['p', 'q'] }),
        wrong('b', { failed: ['p,q'] }),
        wrong('c', { failed: ['p","q'] }),
        wrong('d', { causes: [cause('p')] }),
        wrong('e', { failed: ['p'] }),
      ]),
    ).toHaveLength(5);
  });

  test('the largest come first, and of one size those that say what to teach', () => {
    expect(
      who([
        wrong('a', { failed: ['p'] }),
        wrong('b', { failed: ['p'] }),
        wrong('c', { causes: [cause('x')] }),
        wrong('d', { causes: [cause('x')] }),
        wrong('e', { causes: [cause('y')] }),
        wrong('f', { failed: ['q'] }),
        wrong('g', { failed: ['q'] }),
        wrong('h', { failed: ['q'] }),
      ]),
    ).toEqual([['f', 'g', 'h'], ['c', 'd'], ['a', 'b'], ['e']]);
  });

  test('a mistake is as sure as in the least sure of them', () => {
    const [cluster] = clustersOf([
      wrong('a', { causes: [cause('x', 'certain')] }),
      wrong('b', { causes: [cause('x', 'possible')] }),
      wrong('c', { causes: [cause('x', 'likely')] }),
    ]);

    expect(cluster?.causes).toEqual([cause('x', 'possible')]);
  });

  test('who has done nothing wrong, or was not graded, is in none', () => {
    const ungraded = { ...unjudgedSubmission('b', 'errored', 'why'), failed: ['p'] };

    expect(who([gradedSubmission('a', [6, 4]), ungraded])).toEqual([]);
    expect(who(exampleClass.submissions).flat()).toEqual([
      ...['ben', 'chloé', 'emil'],
      ...['gustav', 'hanna'],
      ...['fatima', 'kim'],
    ]);
  });
});

test('a mistake is counted where it stands with others too', () => {
  expect([...timesFound(exampleClass.submissions)]).toEqual([
    ['reply-ends-at-nul', 4],
    ['sends-the-whole-buffer', 1],
  ]);
});
