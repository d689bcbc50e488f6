import { expect, test } from 'vitest';
import type { SubmissionResult } from './results/class-result.ts';
import { nameWidth, Progress, rowOf } from './progress.ts';

function row(name: string, more: Partial<SubmissionResult> = {}): SubmissionResult {
  return {
    schema: 'conform/submission/1',
    name,
    outcome: 'graded',
    how: 'Makefile',
    message: null,
    log: null,
    verdict: 'does-not-conform',
    points: 7.5,
    outOf: 20,
    items: [],
    failed: ['payload/nul-bytes'],
    unjudged: [],
    causes: [{ id: 'reply-ends-at-nul', title: '', confidence: 'certain' }],
    durationMs: 1,
    ...more,
  };
}

const hostile = '\u001b[2Jada\r\n\u202e';

function progress(isTerminal: boolean): { readonly told: Progress; readonly text: () => string } {
  let text = '';
  const write = (part: string): void => void (text += part);
  const told = new Progress({ total: 3, nameWidth: 8, write, isTerminal, columns: 40 });
  return { told, text: () => text };
}

test('a line a submission: name, points, outcome, causes', () => {
  expect(rowOf(row('ada'), 8)).toMatchInlineSnapshot(
    `"ada            7.5 / 20  does not conform  reply-ends-at-nul"`,
  );
  expect(
    rowOf(row('bob', { outcome: 'errored', message: 'It crashed.', points: 0 }), 8, true),
  ).toMatchInlineSnapshot(
    `"bob              - / 20  errored           It crashed. (graded before)"`,
  );
});

test('elsewhere than on a terminal there are plain lines alone, whatever the names hold', () => {
  const { told, text } = progress(false);
  told.began(hostile);
  told.heard(hostile, { type: 'alive', stage: 'judging', judged: 3, of: 60, residentBytes: 1 });
  told.ended(row(hostile, { outcome: 'refused', message: hostile }), false);
  told.gaveUp('bob');
  told.close();

  expect(text().split('\n')).toHaveLength(3);
  expect(text()).toMatch(/^[\x20-\x7e…\n]*$/u);
});

test('a terminal has one live line, that fits, with the time left', () => {
  const { told, text } = progress(true);
  told.began('ada');
  told.ended(row('ada'), false);
  told.began(hostile);
  told.heard(hostile, { type: 'alive', stage: 'judging', judged: 3, of: 60, residentBytes: 1 });
  const live = text().split('\r\u001b[2K').at(-1) ?? '';

  expect(live).toMatch(/^1 of 3 · about \d+ s left/);
  expect(live.length).toBeLessThan(40);
  expect(live).not.toContain('\u001b');
  told.close();
  expect(text().endsWith('\r\u001b[2K')).toBe(true);
});

test('the column of names holds them as they are shown', () => {
  expect(nameWidth(['ada', '\n'])).toBe(4);
  expect(nameWidth(['a'.repeat(500)])).toBe(32);
});
