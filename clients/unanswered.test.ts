import { expect, it } from 'vitest';
import { Deadlines } from './deadline.ts';
import { Unanswered } from './unanswered.ts';

it('is known after many waits that together were long, and forgotten at the first answer', () => {
  const unanswered = new Unanswered(5000);
  unanswered.sawSilence(0, 6000);
  unanswered.sawSilence(0, 6000);
  unanswered.sawSilence(0, 6000);
  expect(unanswered.isForLong(10)).toBe(false);

  unanswered.sawSilence(6000, 6100);
  expect(unanswered.isForLong(10)).toBe(true);
  // Of a server whose replies take seconds, the same tells nothing yet.
  expect(unanswered.isForLong(3000)).toBe(false);

  unanswered.sawAnswer();
  expect(unanswered.isForLong(10)).toBe(false);
});

it('counts waits that overlap but once', () => {
  const unanswered = new Unanswered(5000);
  for (let client = 0; client < 10; client += 1) unanswered.sawSilence(0, 4900);
  expect(unanswered.isForLong(10)).toBe(false);
});

/** Deadlines of a server that has kept four clients waiting for so long together. */
function afterSilences(totalMs: number, owesAnswers = true): Deadlines {
  const deadlines = new Deadlines({ generousMs: 2000, owesAnswers: () => owesAnswers });
  deadlines.observe(5);
  let startedMs = performance.now() - totalMs;
  for (let client = 0; client < 3; client += 1) {
    // What overlaps counts once: the last of them ends now.
    deadlines.sawWait(silence(startedMs));
    startedMs += totalMs / 4;
  }
  deadlines.sawWait(silence(startedMs));
  return deadlines;
}

const silence = (startedMs: number) =>
  ({ awaited: 'reply', client: 'A', startedMs, isInVain: true, isInFull: false }) as const;

it('makes every further wait a short one, until somebody is answered', () => {
  const deadlines = afterSilences(5500);
  expect(deadlines.answersNobody).toBe(true);
  expect(deadlines.unansweredMs('reply')).toBe(100);
  // The kernel's own retry comes after a second.
  expect(deadlines.unansweredMs('connect')).toBeGreaterThan(1000);

  deadlines.sawAnswer();
  expect(deadlines.answersNobody).toBe(false);
});

it('is never said of a server that owes no answer, nor of one that was just started', () => {
  expect(afterSilences(5500, false).answersNobody).toBe(false);

  const deadlines = afterSilences(5500);
  deadlines.meetAnother();
  expect(deadlines.answersNobody).toBe(false);
});

it('is not ended by a client that the kernel lets in', () => {
  const deadlines = afterSilences(5500);
  const startedMs = performance.now();
  deadlines.sawWait({
    ...{ awaited: 'connect', client: 'B', startedMs, isInVain: false, isInFull: false },
    hasMoved: true,
  });
  expect(deadlines.answersNobody).toBe(true);
});
