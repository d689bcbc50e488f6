import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  classOf,
  exampleClass,
  gradedSubmission,
  hostileClass,
  unjudgedSubmission,
} from '../../../fixtures/golden/class-results.ts';
import { hostileTexts } from '../../../fixtures/golden/hostile-run.ts';
import { displayWidth } from '../../text/layout.ts';
import type { ClassResult } from '../results/class-result.ts';
import { classSummary } from './class-summary.ts';

const golden = (name: string): string =>
  new URL(`../../../fixtures/golden/${name}`, import.meta.url).pathname;

const said = (result: ClassResult): string =>
  classSummary(result, { folder: 'results/', columns: 80, useColour: false });

describe('the summary of a class', () => {
  test('stands as in its golden file', async () => {
    await expect(said(exampleClass)).toMatchFileSnapshot(golden('class.txt'));
  });

  test('is as wide as it may be, and the same words with colour', () => {
    const coloured = classSummary(exampleClass, {
      folder: 'results',
      columns: 80,
      useColour: true,
    });

    expect(stripVTControlCharacters(coloured)).toBe(said(exampleClass));
    expect(coloured).not.toBe(said(exampleClass));
    for (const line of said(exampleClass).split('\n')) {
      expect(displayWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  test('of a class where all is right says no more than that', () => {
    const text = said(classOf([gradedSubmission('a', [6, 4])], 'T'));

    expect(text.split('\n\n')[0]).toBe(
      'T (1 submission)\n    1  graded: points 10 to 10 of 10, median 10',
    );
    expect(text).not.toMatch(/Most failed|mistakes/u);
  });

  test('tells points in per cent where not all can have the same', () => {
    const half = gradedSubmission('b', [1, 1], { outOf: 4 });
    expect(said(classOf([gradedSubmission('a', [6, 4]), half]))).toContain(
      'graded: 50 % to 100 % of the points, median 75 %',
    );
  });

  test('says what is missing', () => {
    const part = { ...exampleClass, shard: { index: 2, count: 5 }, pending: ['x'] };
    expect(said(part)).toContain(
      'This is part 2 of 5 of the class. 1 submission more is not graded yet.',
    );
  });

  test('of nobody and of none graded has counts', () => {
    expect(said(classOf([]))).toContain('0 submissions');
    expect(said(classOf([unjudgedSubmission('a', 'refused', 'why')]))).toContain('1  refused');
  });

  test.each(hostileTexts)('%s moves nothing on a terminal', (_, text) => {
    const summary = said(hostileClass(text));

    expect(summary).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u);
    expect(summary.split('\n').length).toBeLessThan(45);
  });
});
