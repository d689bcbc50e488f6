import { Parser, type Result } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import {
  everyShape,
  allPassed,
  cutShort,
  diagnosed,
  exampleRuns,
  hostileBytes,
  knownFailures,
  onlyRecommended,
  staleBaseline,
  twoCauses,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { openReporter } from './tap.ts';

interface Read {
  readonly points: Result[];
  readonly bails: string[];
  readonly ok: boolean;
}

function read(events: readonly RunEvent[]): Read {
  const parser = new Parser({ strict: true });
  const points: Result[] = [];
  const bails: string[] = [];
  parser.on('assert', (point: Result) => void points.push(point));
  parser.on('bailout', (reason: string) => void bails.push(reason));
  parser.end(printed(openReporter, events));
  return { points, bails, ok: parser.ok };
}

test.each([allPassed, diagnosed, unreachable, hostileBytes, knownFailures, staleBaseline])(
  '$name stands as in its golden file',
  async ({ name, events }) => {
    await expect(printed(openReporter, events)).toMatchFileSnapshot(
      `../../fixtures/golden/${name}.tap`,
    );
  },
);

describe.each(exampleRuns)('the TAP of $name', ({ events }) => {
  const report = summarise(events);

  test('passes exactly when the exit code is 0', () => {
    expect(read(events).ok).toBe(report.exitCode === 0);
  });

  test('has a point for each behaviour, and bails out when nothing could be told', () => {
    const { points, bails } = read(events);

    expect(points).toHaveLength(report.behaviours.length);
    expect(bails).toHaveLength(report.verdict === 'could-not-judge' ? 1 : 0);
  });
});

test('what does not fail the run is TODO or SKIP, with the reason', () => {
  const point = (id: string): Result | undefined =>
    read(everyShape.events).points.find(({ name }) => name === id);

  expect(point('stream/no-stall-on-small-messages')).toMatchObject({
    ok: false,
    todo: 'should, not a must',
  });
  expect(point('half-close/closes-too')).toMatchObject({
    ok: true,
    skip: 'blocked: by half-close/sends-all-it-owes: what it owes must come first',
  });
  expect(read(onlyRecommended.events).ok).toBe(true);
});

test('the diagnostic is YAML with the evidence', () => {
  const [failure] = read(twoCauses.events).points.filter(({ ok }) => !ok);

  expect(failure?.diag).toMatchObject({
    kind: 'silence',
    message: 'The server sent only 1 of the 3 bytes owed, then nothing for 2000 ms.',
    seen: '3 of 3',
    level: 'must',
    again: 'conform --target localhost:9990 --only payload/nul-bytes --seed 42',
  });
  expect(JSON.stringify(failure?.diag)).toContain('61 00 62');
});

test('an unreachable server is a bail out with its reason', () => {
  expect(read(unreachable.events).bails[0]).toContain('Nothing listens on 127.0.0.1:9990');
  expect(read(cutShort.events).bails).toEqual([]);
});
