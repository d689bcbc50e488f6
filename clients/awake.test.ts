import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { afterAwake, awake, ownStallsMs } from './awake.ts';

/** Holds up the whole process, as a long computation or a loaded machine does. */
function stall(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('awake time', () => {
  it('passes at most as fast as the clock', async () => {
    const startedMs = performance.now();

    await awake(60);

    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(50);
  });

  it('does not pass while this process is held up', async () => {
    let isFired = false;
    const before = ownStallsMs();
    const fired = new Promise<void>((resolve) => {
      afterAwake(300, () => {
        isFired = true;
        resolve();
      });
    });

    stall(600);
    // The timers that were due have run by then, and what had arrived has been read.
    await nextTurn();
    await nextTurn();

    expect(isFired).toBe(false);
    await fired;
    expect(ownStallsMs() - before).toBeGreaterThan(500);
  });

  it('lets what arrived during the stall be seen before a wait is given up', async () => {
    const order: string[] = [];
    const fired = new Promise<void>((resolve) => {
      afterAwake(1, () => {
        order.push('given up');
        resolve();
      });
    });
    const arrival = nextTurn().then(() => order.push('arrived'));

    stall(50);
    await Promise.all([fired, arrival]);

    expect(order).toEqual(['arrived', 'given up']);
  });

  it('fires once, in the order of what is due', async () => {
    const order: number[] = [];
    const waits = [60, 20, 40].map(
      (delayMs) =>
        new Promise<void>((resolve) => {
          afterAwake(delayMs, () => {
            order.push(delayMs);
            resolve();
          });
        }),
    );

    await Promise.all(waits);
    await awake(80);

    expect(order).toEqual([20, 40, 60]);
  });

  it('can be called off', async () => {
    let isFired = false;
    const callOff = afterAwake(20, () => (isFired = true));

    callOff();
    await awake(60);

    expect(isFired).toBe(false);
  });

  it('leaves no timer behind when nobody waits', async () => {
    const before = timers();

    await awake(10);
    // The ticker ends itself at a tick that finds nobody waiting.
    while (timers() > before) await nextTurn();

    expect(timers()).toBe(before);
  });
});
