import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { exampleClass, unjudgedSubmission } from '../../../fixtures/golden/class-results.ts';
import { hostileTexts } from '../../../fixtures/golden/hostile-run.ts';
import type { SubmissionResult } from '../results/class-result.ts';
import { notGradedMarkdown, notGradedPage, notGradedResults } from './not-graded.ts';

interface Results {
  readonly output: string;
  readonly tests: readonly {
    readonly score: number;
    readonly max_score: number;
    readonly output: string;
    readonly output_format: string;
  }[];
}

const texts = (result: SubmissionResult): string[] => [
  notGradedPage(result),
  notGradedMarkdown(result),
  notGradedResults(result),
];

const elements = (html: string): string[] =>
  [...html.matchAll(/<(\/?[a-z][a-z0-9]*)/giu)].map(([, name = '']) => name);

describe('a submission that was never judged', () => {
  test('that was not built tells why in each file, with the log', () => {
    const dora = exampleClass.submissions.find(({ name }) => name === 'dora');
    if (dora === undefined) throw new Error('no dora');

    for (const text of texts(dora)) {
      expect(text).toContain('make failed with status 2.');
      expect(text).toContain("before 'return'");
    }
    const { tests } = JSON.parse(notGradedResults(dora)) as Results;
    expect(tests).toMatchObject([{ score: 0, max_score: 10, output_format: 'text' }]);
    expect(tests[0]?.output).toContain('error: expected');
  });

  test('that errored says that no points are lost, and nothing of what broke with us', () => {
    for (const text of texts(unjudgedSubmission('a', 'errored', 'our secret', 'our stack'))) {
      expect(text).not.toMatch(/our s/u);
      expect(text).toContain('they have not been awarded yet');
    }
  });

  test('whose build printed without end shows the end, and that it is the end', () => {
    const log = Array.from({ length: 100_000 }, (_, index) => `line ${index}`).join('\n');
    for (const text of texts(unjudgedSubmission('a', 'not-built', 'why', log))) {
      expect(text.length).toBeLessThan(120_000);
      expect(text).toContain('line 99999');
      expect(text).toContain('what came before is cut');
      expect(text).not.toContain('line 50000\\n');
    }
  });

  test('without a word of its own still says what it is', () => {
    for (const text of texts({ ...unjudgedSubmission('a', 'refused', ''), message: null })) {
      expect(text).toContain('was refused');
    }
  });

  test.each(hostileTexts)('%s is text and nothing else', (_, text) => {
    const result = {
      ...unjudgedSubmission(text, 'not-built', text, `${text}\n${text}`),
      how: text,
    };
    const plain = { ...unjudgedSubmission('p', 'not-built', 'p', 'p\np'), how: 'p' };
    const isEmpty = text.trim() === '';

    for (const one of texts(result)) {
      expect(one).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u);
    }
    const page = elements(notGradedPage(result));
    const rendered = marked.parse(notGradedMarkdown(result), { async: false });
    const known = elements(marked.parse(notGradedMarkdown(plain), { async: false }));
    expect(page.filter((name) => name === 'script' || name === 'img')).toEqual([]);
    expect(isEmpty || page.length === elements(notGradedPage(plain)).length).toBe(true);
    expect(elements(rendered).filter((name) => !known.includes(name))).toEqual([]);
    expect(rendered).not.toMatch(/<[^<>]*\s(?:href|src|on\w+)=/u);
    expect(JSON.parse(notGradedResults(result))).toHaveProperty('tests.0.score', 0);
  });
});
