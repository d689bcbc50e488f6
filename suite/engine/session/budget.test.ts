import { describe, expect, it } from 'vitest';
import { Budget, casesFor, isSlow, mostMessagesFor, slowness } from './budget.ts';

const quick = { roundTripMs: 0.1, finMs: 0.1 };
const slow = { roundTripMs: 300, finMs: 0 };

/** A budget of 28 s, and a clock that is set by hand. */
function budgetAt(mayExtend = true): { budget: Budget; clock: { ms: number } } {
  const clock = { ms: 0 };
  return { budget: new Budget({ endsAtMs: 28_000, mayExtend, now: () => clock.ms }), clock };
}

describe('a budget', () => {
  it('gives more on a machine where everything takes longer, and calls no server slow for that', () => {
    const { budget } = budgetAt();
    const cost = { roundTripMs: 30, finMs: 0 };
    budget.plan(10, cost, 3);

    expect([isSlow(cost), isSlow(cost, 3)]).toEqual([true, false]);
    expect(budget.shareMs).toBe(3600);
  });

  it('leaves each behaviour of a quick server its usual share', () => {
    const { budget } = budgetAt();
    budget.plan(63, quick);

    expect(budget.shareMs).toBe(1200);
  });

  it('lets the loops of a quick server come to their end on a busy machine, and cuts those of a slow one', () => {
    const { budget } = budgetAt();
    budget.plan(10, quick);
    expect(budget.loopMs).toBe(4000);

    budget.plan(10, slow);
    expect(budget.loopMs).toBe(500);
  });

  it('gives less to each behaviour of a slow server, and less still when little is left', () => {
    const { budget, clock } = budgetAt();
    budget.plan(20, slow);
    expect(budget.shareMs).toBe(500);

    clock.ms = 26_000;
    expect(budget.shareMs).toBe(300);

    clock.ms = 28_000;
    expect(budget.shareMs).toBe(120);
  });

  it('is extended for a slow server when little is left, to two minutes and no further', () => {
    const { budget, clock } = budgetAt();
    expect(budget.extendFor(slow)).toBe(false);

    for (clock.ms = 20_000; clock.ms < 200_000; clock.ms += 10_000) budget.extendFor(slow);
    expect(budget.totalMs).toBe(120_000);
    expect(budget.extendFor(slow)).toBe(false);
  });

  it('is extended to five minutes where each conversation takes seconds, and earlier', () => {
    const { budget, clock } = budgetAt();
    const verySlow = { roundTripMs: 3000, finMs: 0 };
    clock.ms = 10_000;
    expect(budget.extendFor(slow)).toBe(false);
    expect(budget.extendFor(verySlow)).toBe(true);

    for (; clock.ms < 400_000; clock.ms += 10_000) budget.extendFor(verySlow);
    expect(budget.totalMs).toBe(300_000);
  });

  it('is extended for a quick server where the machine is busy', () => {
    const { budget, clock } = budgetAt();
    clock.ms = 20_000;

    expect(budget.extendFor(quick, 1.2)).toBe(false);
    expect(budget.extendFor(quick, 2)).toBe(true);
  });

  it('takes long once the time that it was to take is over, or where each reply says so', () => {
    const { budget, clock } = budgetAt();
    clock.ms = 20_000;
    budget.extendFor(slow);
    expect(budget.takesLong(slow)).toBe(false);
    expect(budget.takesLong({ roundTripMs: 3000, finMs: 0 })).toBe(true);

    clock.ms = 28_500;
    expect(budget.takesLong(slow)).toBe(true);

    const fixed = budgetAt(false);
    fixed.clock.ms = 28_500;
    expect(fixed.budget.takesLong(slow)).toBe(false);
  });

  it('is not extended for a quick server, nor where somebody set the limit', () => {
    const open = budgetAt();
    open.clock.ms = 27_000;
    expect(open.budget.extendFor(quick)).toBe(false);

    const fixed = budgetAt(false);
    fixed.clock.ms = 27_000;
    expect(fixed.budget.extendFor(slow)).toBe(false);
    expect(fixed.budget.leftMs).toBe(1000);
  });

  it('lets failures that do not show each time be held again for less and less time', () => {
    const { budget } = budgetAt();
    const first = budget.repeatingMs;
    budget.spendOnRepeating(first);
    expect(budget.repeatingMs).toBe(first / 2);

    budget.spendOnRepeating(60_000);
    expect(budget.repeatingMs).toBe(500);
  });

  it('lets counterexamples be made smaller for less and less time', () => {
    const { budget } = budgetAt();
    const first = budget.shrinkingMs;
    budget.spendOnShrinking(first);

    expect(budget.shrinkingMs).toBe(first / 2);
    budget.spendOnShrinking(60_000);
    expect(budget.shrinkingMs).toBe(0);
  });

  it('has what looks further at failures do with less where the run is late, and never with nothing', () => {
    const { budget, clock } = budgetAt();
    const further = (): number[] => [
      budget.shrinkingMs,
      budget.repeatingMs,
      budget.experimentsMs,
      budget.partingMs,
    ];
    const early = further();
    clock.ms = 7000;
    const late = further();
    clock.ms = 15_000;

    for (const nth of [0, 1]) expect(late[nth]).toBeLessThan(early[nth] ?? 0);
    expect(further()).toEqual([300, 500, 500, 1000]);
    budget.spendOnExperiments(500);
    expect(budget.experimentsMs).toBeLessThanOrEqual(0);
  });

  it('hurries in a late run only where something failed, and later with a slow server', () => {
    const { budget, clock } = budgetAt();
    clock.ms = 8000;
    budget.plan(10, quick);
    expect(budget.isHurried).toBe(false);

    budget.plan(10, quick, 1, true);
    expect(budget.isHurried).toBe(true);
    budget.plan(10, slow, 1, true);
    expect(budget.isHurried).toBe(false);
  });
});

describe('generated conversations', () => {
  it('are fewer and shorter the later the replies come, and never none', () => {
    expect(casesFor(30, { roundTripMs: 300, finMs: 0 })).toBe(30);
    expect(casesFor(30, { roundTripMs: 900, finMs: 0 })).toBe(10);
    expect(casesFor(30, { roundTripMs: 9000, finMs: 0 })).toBe(3);
    expect(casesFor(2, { roundTripMs: 9000, finMs: 0 })).toBe(2);
    expect(mostMessagesFor(slow)).toBe(Infinity);
    expect(mostMessagesFor({ roundTripMs: 3000, finMs: 0 })).toBe(2);
  });
});

describe('slowness', () => {
  it('is told by what takes the time', () => {
    expect(isSlow(quick)).toBe(false);
    expect(slowness(quick)).toBeUndefined();
    expect(slowness({ roundTripMs: 2004, finMs: 1 })).toBe('a round trip took about 2 s here');
    expect(slowness(slow)).toBe('a round trip took about 300 ms here');
    expect(slowness({ roundTripMs: 1, finMs: 301 })).toBe(
      'the end of the server’s side took about 300 ms here',
    );
  });
});
