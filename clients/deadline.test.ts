import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadline.ts';

describe('deadlines', () => {
  it('are generous while nothing is known', () => {
    const deadlines = new Deadlines({ generousMs: 2000 });

    expect(deadlines.fullMs('reply')).toBe(2000);
    expect(deadlines.fullMs('fin')).toBe(2000);
    expect(deadlines).toMatchObject({ slowestMs: 0, typicalMs: 0 });
  });

  it('wait for a connection as long as the kernel retries', () => {
    const deadlines = new Deadlines({ generousMs: 50 });

    // SYNs go out after 0, 1, 3 and 7 seconds.
    expect(deadlines.fullMs('connect')).toBeGreaterThan(7000);
    expect(deadlines.fullMs('its turn')).toBeGreaterThan(7000);
  });

  it('grow with a slow server’s round trips, up to a limit', () => {
    const deadlines = new Deadlines({ generousMs: 2000 });
    deadlines.observe(100);
    expect(deadlines.fullMs('reply')).toBe(2400);

    deadlines.observe(60_000);
    expect(deadlines.fullMs('reply')).toBe(10_000);
  });

  it('know the slowest and the middle of the last round trips', () => {
    const deadlines = new Deadlines({ generousMs: 2000 });
    for (const roundTripMs of [9, 1, 5]) deadlines.observe(roundTripMs);
    expect(deadlines).toMatchObject({ slowestMs: 9, typicalMs: 5 });

    for (let count = 0; count < 80; count += 1) deadlines.observe(2);
    expect(deadlines).toMatchObject({ slowestMs: 2, typicalMs: 2 });
  });

  it('are brief for what is known not to come, but never below what a scheduler needs', () => {
    const deadlines = new Deadlines({ generousMs: 2000 });

    expect(deadlines.briefMs('reply')).toBe(150);
    deadlines.observe(100);
    expect(deadlines.briefMs('reply')).toBe(400);
    deadlines.observe(5000);
    expect(deadlines.briefMs('reply')).toBe(deadlines.fullMs('reply') / 2);
  });

  it('remember what does not come, each thing by itself', () => {
    const deadlines = new Deadlines({ generousMs: 2000 });
    deadlines.learnAbsence('fin');

    expect(deadlines.isAbsent('fin')).toBe(true);
    expect(deadlines.isAbsent('reply')).toBe(false);
  });

  it('ask the canary they were given, and nobody when there is none', async () => {
    const deadlines = new Deadlines({ generousMs: 2000 });
    expect(await deadlines.serverAnswers()).toBe(false);
    expect(deadlines.patientMs('reply')).toBe(200);

    deadlines.useCanary(() => Promise.resolve(true));
    expect(await deadlines.serverAnswers()).toBe(true);
    // Nobody has been answered yet: such a server is not waited for at length twice.
    expect(deadlines.patientMs('reply')).toBe(200);
    deadlines.observe(1);
    expect(deadlines.patientMs('reply')).toBe(2000);

    deadlines.useCanary(undefined);
    expect(await deadlines.serverAnswers()).toBe(false);
  });
});

describe('the one long wait', () => {
  it('is given once, and only while nothing was heard', () => {
    const told: number[] = [];
    const deadlines = new Deadlines({
      generousMs: 2000,
      longMs: 10_000,
      onLongWait: (_, longMs) => told.push(longMs),
    });

    expect(deadlines.takeLongWaitMs()).toBe(8000);
    expect(deadlines.takeLongWaitMs()).toBe(0);
    expect(told).toEqual([10_000]);
    expect(deadlines.hasHeardNothing).toBe(true);
    expect(deadlines.silentForMs).toBe(10_000);
    expect(deadlines.fullMs('reply')).toBe(100);
    deadlines.learnAbsence('reply');
    expect(deadlines.isTriedBriefly('reply')).toBe(false);

    deadlines.observe(3000);
    expect(deadlines.hasHeardNothing).toBe(false);
    expect(deadlines.silentForMs).toBe(0);
    expect(deadlines.isTriedBriefly('reply')).toBe(true);
    expect(deadlines.fullMs('reply')).toBe(10_000);
  });

  it('is not given to a server that has replied, or has ended its side', () => {
    const replied = new Deadlines({ generousMs: 2000, longMs: 10_000 });
    replied.observe(1);
    expect(replied.takeLongWaitMs()).toBe(0);

    const ended = new Deadlines({ generousMs: 2000, longMs: 10_000 });
    ended.observeFin(1, false);
    expect(ended.takeLongWaitMs()).toBe(0);
  });

  it('is over for good where nothing but the end of an empty conversation came since', () => {
    const deadlines = new Deadlines({ generousMs: 2000, longMs: 10_000 });
    deadlines.takeLongWaitMs();

    deadlines.observeFin(1, false);
    expect(deadlines.hasHeardNothing).toBe(true);
    expect(deadlines.fullMs('reply')).toBe(100);
    expect(deadlines.fullMs('fin')).toBe(2000);

    deadlines.observeFin(1, true);
    expect(deadlines.hasHeardNothing).toBe(false);
    expect(deadlines.fullMs('reply')).toBe(2000);
  });

  it('leaves more time to ends that come late', () => {
    const deadlines = new Deadlines({ generousMs: 500 });
    deadlines.observeFin(300, true);

    expect(deadlines.fullMs('fin')).toBe(1200);
    expect(deadlines.fullMs('reply')).toBe(500);
    expect(deadlines.typicalFinMs).toBe(300);
  });
});
