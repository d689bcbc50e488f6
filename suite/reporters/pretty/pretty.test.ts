import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import { verdictSentence } from '../words/wording.ts';
import { printed, writes } from '../../../fixtures/golden/printed.ts';
import {
  allFindings,
  everyShape,
  allPassed,
  cutShort,
  diagnosed,
  exampleRuns,
  goldenRuns,
  hostileBytes,
  fourFamilies,
} from '../../../fixtures/golden/runs.ts';
import { openReporter } from './pretty.ts';

const golden = (name: string): string => `../../../fixtures/golden/${name}.txt`;

/** What a terminal shows after `output`, of which it understands no more than the lines in progress need. */
function screen(output: string): string {
  const lines = [''];
  let row = 0;
  for (const [part] of output.matchAll(/\r\u001b\[2K|\u001b\[1A|\n|[^\r\n\u001b]+/gu)) {
    if (part === '\n') lines[(row += 1)] ??= '';
    else if (part === '\u001b[1A') row -= 1;
    else if (part.startsWith('\r')) lines[row] = '';
    else lines[row] = (lines[row] ?? '') + part;
  }
  return lines.join('\n');
}

describe('what is printed off a terminal', () => {
  test.each(goldenRuns)('$name stands as in its golden file', async (run) => {
    await expect(printed(openReporter, run.events)).toMatchFileSnapshot(golden(run.name));
  });

  test.each(['verbose', 'quiet'] as const)('is more or less when asked: --%s', async (detail) => {
    await expect(printed(openReporter, diagnosed.events, { detail })).toMatchFileSnapshot(
      golden(`diagnosed-${detail}`),
    );
  });

  test('a run of one behaviour shows all of it', () => {
    const id = 'payload/nul-bytes';
    const events = diagnosed.events.flatMap((event): RunEvent[] => {
      if (event.type === 'planned') {
        return [{ ...event, behaviours: event.behaviours.filter((one) => one.id === id) }];
      }
      if (event.type === 'diagnosed') {
        return [{ ...event, causes: event.causes.map((one) => ({ ...one, explains: [id] })) }];
      }
      return event.type === 'behaviour-finished' && event.id !== id ? [] : [event];
    });

    expect(printed(openReporter, events)).toContain('The conversation');
    expect(printed(openReporter, events)).toBe(
      printed(openReporter, events, { detail: 'verbose' }),
    );
  });

  test('fits a narrow window', async () => {
    await expect(printed(openReporter, allFindings.events, { columns: 60 })).toMatchFileSnapshot(
      golden('all-findings-60-columns'),
    );
  });

  test('is coloured only when asked for', async () => {
    await expect(printed(openReporter, cutShort.events, { useColour: true })).toMatchFileSnapshot(
      golden('cut-short-coloured'),
    );
  });

  test.each(exampleRuns)('$name holds no control byte and no character that hides', (run) => {
    expect(printed(openReporter, run.events)).not.toMatch(
      /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u,
    );
  });

  test.each([40, 60, 79, 80, 100, 200])('in %i columns only commands run over', (columns) => {
    const tooLong = [allPassed, everyShape, fourFamilies, hostileBytes]
      .flatMap((run) => printed(openReporter, run.events, { columns }).split('\n'))
      .filter(
        (line) =>
          line.length > Math.min(columns, 100) &&
          !/^ +(Reproduce +|Fix +)?(conform |\\x1b)/u.test(line),
      );

    expect(tooLong).toEqual([]);
  });
});

describe.each([
  [80, 40],
  [80, 24],
  [132, 50],
])('the last screen of %i × %i', (columns, rows) => {
  // The hostile one has titles and code that are wider than any screen.
  const failing = goldenRuns.filter(
    ({ name, events }) => name !== 'hostile' && summarise(events).counts.failed > 0,
  );

  test.each(failing)('$name: the first cause, its fix and the verdict are on it', ({ events }) => {
    const report = summarise(events);
    const known = new Set(report.behaviours.flatMap((one) => (one.baseline ? [one.id] : [])));
    const seen: string[] = [];
    let left = rows - 1;
    for (const line of printed(openReporter, events, { columns, rows })
      .trimEnd()
      .split('\n')
      .reverse()) {
      left -= Math.ceil(Math.max(1, line.length) / columns);
      if (left < 0) break;
      seen.unshift(line);
    }
    const text = seen.join(' ').replace(/\s+/gu, ' ');

    expect(text).toContain(verdictSentence(report));
    const [first] = report.causes.filter(({ explains }) => !explains.every((id) => known.has(id)));
    if (first === undefined) return;
    expect(text).toContain(`1. ${first.title}`);
    expect(text).toContain(
      first.mend.find(({ language }) => language === 'c')?.code.split('\n')[0],
    );
    expect(text).toContain('--only ');
  });
});

describe('many failures', () => {
  test('are each named with their command, the first of a family that fails the run in full', () => {
    const text = printed(openReporter, fourFamilies.events, { detail: 'verbose' });

    for (const event of fourFamilies.events) {
      if (event.type !== 'behaviour-finished') continue;
      expect(text).toContain(`conform --target localhost:9990 --only ${event.id} --seed 42`);
    }
    expect(text.match(/A common mistake/gu)).toHaveLength(4);
    expect(text.indexOf('failed accept/together')).toBeLessThan(
      text.indexOf('failed accept/alone (should)'),
    );
  });
});

describe('on a terminal', () => {
  const terminal = { isTerminal: true, useColour: false, columns: 100 };

  /** Elsewhere what was suspected stays where it was said. */
  const withoutSuspicion = (text: string): string => text.replaceAll(/^so far: .*\n/gmu, '');

  test.each(exampleRuns)('$name leaves the same lines as elsewhere', (run) => {
    expect(screen(printed(openReporter, run.events, terminal))).toBe(
      withoutSuspicion(printed(openReporter, run.events)),
    );
  });

  test('the first cause that fits is drawn while the run goes on, and gone at its end', () => {
    const before = everyShape.events.findIndex(({ type }) => type === 'behaviour-finished');
    const events = everyShape.events.toSpliced(before + 1, 0, {
      type: 'suspected',
      cause: 'reply-ends-at-nul',
      title: 'The reply ends at the first NUL byte',
      explains: ['payload/nul-bytes', 'payload/any-bytes'],
    });
    const said = 'so far: The reply ends at the first NUL byte (fits 2 failures)';

    expect(printed(openReporter, events, terminal)).toContain(`${said}\n`);
    expect(screen(printed(openReporter, events, terminal))).toBe(
      printed(openReporter, everyShape.events),
    );
    expect(printed(openReporter, events)).toContain(`${said}\n`);
    expect(printed(openReporter, events, { detail: 'quiet' })).not.toContain('so far');
  });

  test('the line in progress says family, count and failures', () => {
    expect(printed(openReporter, everyShape.events, terminal)).toContain(
      'payload 2/3  4 of 16  ✗2',
    );
  });

  test.each([2, 3, 10, 20, 24])('the line in progress is narrower than %i columns', (columns) => {
    const drawn = writes(openReporter, everyShape.events, { ...terminal, columns })
      .filter((text) => text.startsWith('\r'))
      .map((text) => text.replaceAll(/\r\u001b\[2K|\u001b\[1A/gu, ''));

    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.filter((line) => line.length >= columns)).toEqual([]);
  });
});
