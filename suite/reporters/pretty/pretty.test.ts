import { describe, expect, test } from 'vitest';
import { printed, writes } from '../../../fixtures/golden/printed.ts';
import {
  allFindings,
  everyShape,
  allPassed,
  cutShort,
  exampleRuns,
  goldenRuns,
  hostileBytes,
  fourFamilies,
} from '../../../fixtures/golden/runs.ts';
import { openReporter } from './pretty.ts';

const golden = (name: string): string => `../../../fixtures/golden/${name}.txt`;

/** What a terminal shows after `output`, of which it understands no more than the status line needs. */
function screen(output: string): string {
  return output
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 1).replace(/^\[2K/u, ''))
    .join('\n');
}

describe('what is printed off a terminal', () => {
  test.each(goldenRuns)('$name stands as in its golden file', async (run) => {
    await expect(printed(openReporter, run.events)).toMatchFileSnapshot(golden(run.name));
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
      .filter((line) => line.length > Math.min(columns, 100) && !/^ +(conform |\\x1b)/u.test(line));

    expect(tooLong).toEqual([]);
  });
});

describe('many failures', () => {
  test('are each named with their command, the first of a family that fails the run in full', () => {
    const text = printed(openReporter, fourFamilies.events);

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

  test.each(exampleRuns)('$name leaves the same lines as elsewhere', (run) => {
    expect(screen(printed(openReporter, run.events, terminal))).toBe(
      printed(openReporter, run.events),
    );
  });

  test('the line in progress says family, count and failures', () => {
    expect(printed(openReporter, everyShape.events, terminal)).toContain(
      'payload 2/3  4 of 16  ✗2',
    );
  });

  test.each([2, 3, 10, 20, 24])('the line in progress is narrower than %i columns', (columns) => {
    const drawn = writes(openReporter, everyShape.events, { ...terminal, columns })
      .filter((text) => text.startsWith('\r'))
      .map((text) => text.replace('\r\u001b[2K', ''));

    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.filter((line) => line.length >= columns)).toEqual([]);
  });
});
