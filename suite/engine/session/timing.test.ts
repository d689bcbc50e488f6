import fc from 'fast-check';
import { expect, it } from 'vitest';
import { activities, durationOf, timingOf } from './timing.ts';

it('counts a moment for a start before a wait, and for a wait before an experiment', () => {
  const timing = timingOf(
    [
      { activity: 'experiment', startedMs: 100, endedMs: 900 },
      { activity: 'wait', startedMs: 200, endedMs: 500 },
      { activity: 'wait', startedMs: 300, endedMs: 600 },
      { activity: 'start', startedMs: 550, endedMs: 700 },
    ],
    [],
    0,
    1000,
  );

  expect(timing).toEqual({
    judgingMs: 200,
    waitingMs: 350,
    experimentsMs: 300,
    startsMs: 150,
    waits: [],
  });
});

it('leaves out what was before the run or after it', () => {
  const timing = timingOf([{ activity: 'wait', startedMs: -50, endedMs: 150 }], [], 0, 100);

  expect(timing).toMatchObject({ judgingMs: 0, waitingMs: 100 });
});

it('makes the duration of the run, whatever went on', () => {
  const stretch = fc
    .record({
      activity: fc.constantFrom(...activities),
      startedMs: fc.double({ min: -10, max: 2000, noNaN: true }),
      tookMs: fc.double({ min: 0, max: 900, noNaN: true }),
    })
    .map(({ activity, startedMs, tookMs }) => ({
      ...{ activity, startedMs },
      endedMs: startedMs + tookMs,
    }));
  fc.assert(
    fc.property(fc.array(stretch), fc.double({ min: 0, max: 1500, noNaN: true }), (all, endMs) => {
      const timing = timingOf(all, [], 0, endMs);
      expect(durationOf(timing)).toBe(Math.round(endMs));
      for (const key of ['judgingMs', 'waitingMs', 'experimentsMs', 'startsMs'] as const) {
        expect(timing[key]).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
