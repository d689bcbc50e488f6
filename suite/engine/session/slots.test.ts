import { describe, expect, it } from 'vitest';
import { mostSlots, Slots } from './slots.ts';

/** Holds `count` conversations that take a moment; the most that there were at once. */
async function mostAtOnce(slots: Slots, count: number): Promise<number> {
  let now = 0;
  let most = 0;
  const converse = async (): Promise<void> => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => void setImmediate(resolve));
    now -= 1;
  };
  await Promise.all(Array.from({ length: count }, () => slots.hold(converse)));
  return most;
}

describe('slots', () => {
  it('become more while replies take no longer, up to a number that any server bears', async () => {
    const slots = new Slots(() => 1);

    expect(await mostAtOnce(slots, 500)).toBe(mostSlots);
    expect(slots.limit).toBe(mostSlots);
  });

  it('become fewer when replies wait for one another, and let everybody in all the same', async () => {
    const slots = new Slots(() => 10);
    await mostAtOnce(slots, 100);

    expect(slots.limit).toBe(2);
    expect(await mostAtOnce(slots, 20)).toBe(2);
  });

  it('are given back by a conversation that fails', async () => {
    const slots = new Slots(() => 10);
    const failing = Array.from({ length: 40 }, () =>
      slots.hold(() => Promise.reject(new Error('broken'))),
    );
    await Promise.allSettled(failing);

    expect(await mostAtOnce(slots, 20)).toBe(2);
  });
});
