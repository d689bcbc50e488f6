import { describe, expect, test } from 'vitest';
import {
  allPassed,
  diagnosed,
  onlyRecommended,
  unreachable,
} from '../../../fixtures/golden/runs.ts';
import { printed } from '../../../fixtures/golden/printed.ts';
import type { RunEvent } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import { openReporter as openHtml } from '../html/html.ts';
import { openReporter as openBadge } from '../badge.ts';
import { openReporter as openPretty } from '../pretty/pretty.ts';
import { runVerdictWords } from './run-words.ts';
import { exitMeaning, verdictSentence } from './wording.ts';

const interrupted = 'the run was interrupted';

/** The run as it is when it is interrupted after so many verdicts. */
function cut(events: readonly RunEvent[], afterVerdicts: number): RunEvent[] {
  let verdicts = 0;
  const kept = events.filter((event) => {
    // What does not apply is set aside before anything is tried.
    if (event.type !== 'behaviour-finished' || event.verdict.kind === 'skipped') return true;
    verdicts += 1;
    return verdicts <= afterVerdicts;
  });
  return kept.map((event) =>
    event.type === 'run-finished' ? { ...event, cutShort: interrupted } : event,
  );
}

describe('a run that was interrupted', () => {
  test.each([
    [2, '2 of 5 behaviours were tested, and all passed.'],
    [1, '1 of 5 behaviours was tested, and it passed.'],
    [5, '5 behaviours were tested, and all passed.'],
  ])('after %i verdicts tells what it learned', (count, learned) => {
    const report = summarise(cut(allPassed.events, count));

    expect(verdictSentence(report)).toBe(`Tested only in part: ${interrupted}. ${learned}`);
    expect(exitMeaning(report)).toBe('the server was tested only in part');
    expect(report.exitCode).toBe(3);
  });

  test('is not called conforming for a broken recommendation', () => {
    const report = summarise(cut(onlyRecommended.events, 2));

    expect(verdictSentence(report)).toBe(
      `Tested only in part: ${interrupted}. 2 behaviours were tested: 1 passed, and 1 failed without failing the run.`,
    );
  });

  test('says the same in every format, and its reason once', () => {
    const events = cut(allPassed.events, 2);

    const pretty = printed(openPretty, events);
    const html = printed(openHtml, events);

    expect(pretty.split('Tested only in part').length - 1).toBe(1);
    expect(html).toContain(runVerdictWords(summarise(events)));
    expect(html).toContain('2 of 5 behaviours were tested, and all passed.');
    for (const text of [pretty, html]) expect(text).not.toMatch(/could not (be )?test/iu);
    expect(printed(openBadge, events)).toBe(
      `conform: tested only in part · 2 passed · ${interrupted}\n`,
    );
  });

  test('with failures has its verdict, and what was left out below it', () => {
    const { passed, failed } = summarise(diagnosed.events).counts;
    const text = printed(openPretty, cut(diagnosed.events, passed + failed - 1));

    expect(text).toContain('Does not conform');
    expect(text).toContain(`Tested only in part: ${interrupted}. 1 behaviour was not tested.`);
  });

  test('before anything was tested says just that it could not test', () => {
    const nothing = cut(allPassed.events, 0);

    expect(verdictSentence(summarise(nothing))).toBe(`Could not test the server: ${interrupted}`);
    expect(verdictSentence(summarise(unreachable.events))).toMatch(/^Could not test the server/u);
  });
});
