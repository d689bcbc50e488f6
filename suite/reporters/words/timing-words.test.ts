import { expect, it } from 'vitest';
import { allPassed } from '../../../fixtures/golden/runs.ts';
import type { Timing } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import { timingSentence } from './timing-words.ts';

const told = (timing: Timing | undefined, durationMs: number): string | undefined => {
  const report = summarise(allPassed.events);
  return timingSentence({ ...report, durationMs, ...(timing === undefined ? {} : { timing }) });
};

const waits = [
  { awaited: 'reply', times: 2, inFull: 1, totalMs: 2200 },
  { awaited: 'fin', times: 9, inFull: 1, totalMs: 4100 },
];

it('tells what a long run spent its time on, the most first', () => {
  const timing = { judgingMs: 2000, waitingMs: 6000, experimentsMs: 100, startsMs: 1900, waits };

  expect(told(timing, 10_000)).toBe(
    'Of this time it took 6.00 s waiting for what did not come (most for the server’s FIN), 1.90 s starting the server.',
  );
});

it('says nothing of a short run, of one that judged, and of one that was saved without it', () => {
  const short = { judgingMs: 100, waitingMs: 1900, experimentsMs: 0, startsMs: 0, waits };
  const judging = { judgingMs: 9000, waitingMs: 900, experimentsMs: 0, startsMs: 100, waits: [] };

  expect(told(short, 2000)).toBeUndefined();
  expect(told(judging, 10_000)).toBeUndefined();
  expect(told(undefined, 10_000)).toBeUndefined();
});
