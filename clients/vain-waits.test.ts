import { expect, it } from 'vitest';
import { Deadlines, type Wait } from './deadline.ts';
import { VainWaits } from './vain-waits.ts';

it('count the time of waits that overlap but once', () => {
  const waits = new VainWaits();
  waits.note(0, 700);
  waits.note(500, 900);
  expect(waits.thrift(false)).toBe('none');

  waits.note(800, 1200);
  expect(waits.thrift(false)).toBe('with-canary');

  waits.note(4000, 4799);
  expect(waits.thrift(false)).toBe('with-canary');

  waits.note(4799, 4801);
  expect(waits.thrift(false)).toBe('always');
});

it('are paid for three times as long on a busy machine', () => {
  const waits = new VainWaits();
  waits.note(0, 2999);
  expect([waits.thrift(false), waits.thrift(true)]).toEqual(['always', 'none']);

  waits.note(2999, 3001);
  expect(waits.thrift(true)).toBe('with-canary');

  waits.note(3001, 6001);
  expect(waits.thrift(true)).toBe('always');
});

/** Deadlines of a run that has waited in vain for so long, of a server that answers within 10 ms. */
function after(vainMs: number, stretch = 1): Deadlines {
  const deadlines = new Deadlines({
    generousMs: 2000,
    canary: () => Promise.resolve(true),
    stretch: () => stretch,
  });
  deadlines.observe(10);
  deadlines.learnAbsence('reply');
  const wait: Wait = {
    ...{ awaited: 'reply', client: 'A', isInVain: true, isInFull: true },
    startedMs: performance.now() - vainMs,
  };
  deadlines.sawWait(wait);
  return deadlines;
}

it('cut what a canary confirms first, and what it does not only when the budget is spent', () => {
  expect(after(0).briefMs('reply')).toBe(150);
  expect(after(0).patientMs('reply')).toBe(2000);

  expect(after(1500).briefMs('reply')).toBe(60);
  expect(after(1500).patientMs('reply')).toBe(2000);
  // Whoever asks the canary waits on, where that is not served.
  expect(after(0).canaryMs).toBe(300);

  expect(after(6500).briefMs('reply')).toBe(60);
  expect(after(6500).patientMs('reply')).toBe(300);
  expect(after(6500).canaryMs).toBe(300);

  expect(after(2500, 2).patientMs('reply')).toBe(2000);
  expect(after(6500, 2).patientMs('reply')).toBe(1000);
});

it('leave what was never missed its full time, whatever was spent', () => {
  const deadlines = after(20_000);

  expect(deadlines.isTriedBriefly('fin')).toBe(false);
  expect(deadlines.fullMs('fin')).toBe(2000);
});

it('give a slow server more, and let one reply that waited long not speak for all', () => {
  const slow = after(20_000);
  for (let count = 0; count < 9; count += 1) slow.observe(100);
  expect(slow.patientMs('reply')).toBe(400);
  expect(slow.briefMs('reply')).toBe(400);

  const queued = after(20_000);
  for (let count = 0; count < 9; count += 1) queued.observe(10);
  queued.observe(7000);
  expect(queued.briefMs('reply')).toBe(200);
});
