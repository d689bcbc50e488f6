import { describe, expect, test } from 'vitest';
import {
  classOf,
  exampleClass,
  hostileClass,
  unjudgedSubmission,
} from '../../../../fixtures/golden/class-results.ts';
import { hostileTexts } from '../../../../fixtures/golden/hostile-run.ts';
import { classPage } from './class-page.ts';
import { spread } from '../class-points.ts';
import { knownWords } from '../class-words.ts';
import { mostFailed } from '../most-failed.ts';

const words = await knownWords();

const elements = (html: string): string[] =>
  [...html.matchAll(/<(\/?[a-z][a-z0-9]*)/giu)].map(([, name = '']) => name);

describe('the page of a class', () => {
  test('says what each failed behaviour requires and what each mistake is', () => {
    const page = classPage(exampleClass, words);

    expect(page).toContain(words.requirements.get('concurrency/many-at-once') ?? 'no such id');
    expect(page).toContain('conform explain reply-ends-at-nul');
    expect(words.mistakes.get('reply-ends-at-nul')).toBeDefined();
    expect(page).toContain('In 4 submissions altogether.');
  });

  test('of nobody, and of none graded, has no empty part', () => {
    for (const result of [classOf([]), classOf([unjudgedSubmission('a', 'refused', 'why')])]) {
      const page = classPage(result, words);
      expect(page).not.toMatch(/id="clusters"|id="failures"|NaN|Infinity/u);
    }
  });

  test('says which part of the class it is about', () => {
    const part = { ...exampleClass, shard: { index: 1, count: 3 }, pending: ['x', 'y'] };
    expect(classPage(part, words)).toContain(
      'This is part 1 of 3 of the class. 2 submissions more are not graded yet.',
    );
  });

  test.each(hostileTexts)('%s adds no element and hides nothing', (_, text) => {
    const page = classPage(hostileClass(text), words);

    expect(page).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u);
    expect(elements(page)).toEqual(elements(classPage(hostileClass('plain words'), words)));
  });
});

test('a tenth has its lower end, and the last one all points too', () => {
  const at = (points: number, outOf = 100): number =>
    spread([
      { ...unjudgedSubmission('a', 'errored', ''), outcome: 'graded', points, outOf },
    ]).findIndex(({ count }) => count === 1) * 10;

  expect([0, 9.99, 10, 29, 30, 57, 99.99, 100].map((points) => at(points))).toEqual([
    0, 0, 10, 20, 30, 50, 90, 90,
  ]);
  expect([at(0.7, 1), at(0.3, 1), at(2.1, 3)]).toEqual([70, 30, 70]);
});

test('a behaviour is counted once a submission, of the graded alone', () => {
  const twice = exampleClass.submissions.map((one) => ({
    ...one,
    failed: [...one.failed, ...one.failed],
  }));
  expect(mostFailed(twice)).toEqual(mostFailed(exampleClass.submissions));
  expect(mostFailed(twice)[0]).toEqual({ id: 'payload/answers', count: 4, share: 4 / 9 });
});
