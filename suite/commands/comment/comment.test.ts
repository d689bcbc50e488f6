// A comment on a pull request: its text, and that nothing in it is markup of anybody else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marked } from 'marked';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostileRun, hostileTexts } from '../../../fixtures/golden/hostile-run.ts';
import { failed, passed, runOf, type Planned } from '../../../fixtures/golden/run-parts.ts';
import { allPassed, diagnosed, twoCauses, unreachable } from '../../../fixtures/golden/runs.ts';
import type { RunEvent, Tally } from '../../events/events.ts';
import { summarise, type Report } from '../../events/report.ts';
import { commanded } from '../commanded.ts';
import { UsageError } from '../command.ts';
import { commentText } from './comment-text.ts';
import { defineComment } from './comment.ts';

const broke = (id: string, tally: Tally = { failed: 3, of: 3 }): Planned => ({
  id,
  verdict: failed(id, { kind: 'refused', code: 'X' }, { tally, summary: `It broke ${id}.` }),
});
const kept = (id: string): Planned => ({ id, verdict: passed });
const open = (id: string): Planned => ({ id, verdict: { kind: 'errored', reason: 'no port' } });

const reportOf = (...planned: readonly Planned[]): Report => summarise(runOf(planned));

function text(now: Report, before: Report | null, name = 'conform'): string {
  return commentText({
    now,
    before: before === null ? null : { report: before, name: 'main.ndjson' },
    name,
  });
}

describe('what changed since the run before', () => {
  const before = reportOf(
    kept('payload/a'),
    broke('payload/b'),
    broke('payload/c'),
    open('payload/d'),
    kept('payload/e'),
    kept('payload/gone'),
  );
  const now = reportOf(
    broke('payload/a', { failed: 2, of: 20 }),
    kept('payload/b'),
    broke('payload/c'),
    broke('payload/d'),
    open('payload/e'),
  );
  const told = text(now, before);

  test('stands in lists of their own, each behaviour in one of them', () => {
    expect(told.split('\n\n').slice(3, -1)).toEqual([
      '#### Since <code>main.ndjson</code>',
      '🔴 **1 newly broken: passed before, fails now**',
      '- <code>payload/a</code>: It broke payload/a. (2 of 20 times)',
      '🟠 **1 fails now, and was not tested before**',
      '- <code>payload/d</code>: It broke payload/d.',
      '🟢 **1 fixed: failed before, passes now**',
      '- <code>payload/b</code>',
      '⚪ **2 no longer tested**',
      '- <code>payload/e</code>\n- <code>payload/gone</code>',
      '<details><summary>1 still failing</summary>',
      '- <code>payload/c</code>: It broke payload/c.',
      '</details>',
    ]);
  });

  test('is nothing where nothing changed', () => {
    expect(text(before, before)).toContain('Nothing changed: each behaviour came out as before.');
    expect(text(before, before)).not.toContain('newly');
  });

  test('names causes that came and went', () => {
    const wrong = summarise(diagnosed.events);
    const right = summarise(allPassed.events);
    const [cause] = wrong.causes;

    expect(text(wrong, right)).toContain(`**New:** ${cause?.title ?? ''}`);
    expect(text(right, wrong)).toContain(`**Gone:** ${cause?.title ?? ''}`);
    expect(text(wrong, right)).toContain(`**Fix first:** ${cause?.title ?? ''}`);
  });

  test('says what else was different between the runs', () => {
    const other: Report = {
      ...before,
      strict: true,
      contract: null,
      tool: { name: 'conform', version: '0.0.1' },
      cutShort: 'stopped by Ctrl-C',
    };
    const shown = text(now, other);

    expect(shown).toContain('held the server to the contract none, this one to echo.');
    expect(shown).toContain('Only the run before was strict.');
    expect(shown).toContain('made by conform 0.0.1, this one by 0.1.0.');
    expect(shown).toContain('The run before was cut short: stopped by Ctrl-C');
  });

  test('is little where the run before could not test the server', () => {
    expect(text(now, summarise(unreachable.events))).toContain(
      'The run before could not test the server',
    );
  });
});

test('without a run before, it says so', () => {
  expect(text(summarise(twoCauses.events), null)).toContain(
    'There is no earlier run to compare with.',
  );
});

test('begins with its marker, and stays below what GitHub takes', () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    broke(`payload/${'x'.repeat(90)}${index}`),
  );
  const shown = text(reportOf(...many), reportOf(kept('payload/a')), 'uppercase');

  expect(shown.startsWith('<!-- conform comment: uppercase -->\n')).toBe(true);
  expect(shown.length).toBeLessThan(65_536);
  expect(shown).toContain('- and 2975 more');
});

test.each(hostileTexts)('%s makes no element, no mention and no second marker', (_, hostile) => {
  const elements = (html: string): string[] =>
    [...html.matchAll(/<(\/?[a-z][a-z0-9]*)/giu)].map(([, name = '']) => name);
  const told = (one: string): string =>
    text(summarise(hostileRun(one)), summarise(hostileRun('plain words')));
  const known = new Set(elements(marked.parse(told('plain words'), { async: false })));
  const rendered = marked.parse(told(hostile), { async: false });

  expect(elements(rendered).filter((name) => !known.has(name))).toEqual([]);
  expect(told(hostile).match(/<!-- conform comment/gu)).toHaveLength(1);
  expect(told(hostile)).not.toMatch(/(?:^|\s)@\w/u);
});

describe('the command', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conform-comment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function saved(name: string, events: readonly RunEvent[]): string {
    const file = join(folder, name);
    writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return file;
  }

  test('writes the comment from two runs, and ends well whatever they came to', async () => {
    const [now, before] = [saved('now', twoCauses.events), saved('before', allPassed.events)];
    const out = join(folder, 'comment.md');
    const ran = await commanded(defineComment, ['comment', now, '--before', before, '--out', out]);

    expect(ran).toEqual({ exitCode: 0, output: '', errors: '' });
    const printed = await commanded(defineComment, ['comment', now, '--before', before]);
    expect(printed.output).toBe(readFileSync(out, 'utf8'));
    expect(printed.output).toContain('### ❌ conform: Does not conform: ');
  });

  test.each([
    ['a file that is no run', '{"a":1}', 'is not a saved run of conform'],
    ['an empty file', '', 'is empty. Save a run with --reporter ndjson=FILE'],
  ])('%s is refused with what would be one', async (_, content, message) => {
    const now = saved('now', twoCauses.events);
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, content);
    const refused = commanded(defineComment, ['comment', now, '--before', wrong]);

    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test('a name that could end the marker is refused', async () => {
    const now = saved('now', twoCauses.events);

    await expect(commanded(defineComment, ['comment', now, '--name', 'a --> b'])).rejects.toThrow(
      'Expected letters, digits, dots and single hyphens',
    );
  });
});
