import { expect, test } from 'vitest';
import { Quiet, type QuietPlace } from './quiet.ts';

/** True once `promise` has resolved, as far as that needs no clock. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return done;
}

test('quiet comes when the others have ended, and nobody begins until it is over', async () => {
  const machine = new Quiet(1);
  const [one, other] = [await machine.enter(), await machine.enter()];
  const quiet = one.quiet();
  const third = machine.enter();

  expect([await isDone(quiet), await isDone(third)]).toEqual([false, false]);
  other.leave();
  expect([await isDone(quiet), await isDone(third)]).toEqual([true, false]);
  one.leave();
  expect(await isDone(third)).toBe(true);
});

test('those who ask have it one after another', async () => {
  const machine = new Quiet(1);
  const [one, other] = [await machine.enter(), await machine.enter()];
  const [first, second] = [one.quiet(), other.quiet()];

  expect([await isDone(first), await isDone(second)]).toEqual([true, false]);
  one.leave();
  expect(await isDone(second)).toBe(true);
});

test('a larger machine is quiet for several', async () => {
  const machine = new Quiet(2);
  const places = [await machine.enter(), await machine.enter(), await machine.enter()];
  const asked = places.map((place) => place.quiet());

  expect(await Promise.all(asked.map(isDone))).toEqual([true, true, false]);
});

test('one that is gone while it waits holds up nobody', async () => {
  const machine = new Quiet(1);
  const [one, other] = [await machine.enter(), await machine.enter()];
  void one.quiet();
  one.leave();
  other.leave();

  expect(await isDone(machine.enter())).toBe(true);
});

test('without anybody who asks, all go on side by side', async () => {
  const machine = new Quiet(1);
  const places: QuietPlace[] = [];
  for (let count = 0; count < 8; count += 1) places.push(await machine.enter());
  for (const place of places) {
    place.leave();
  }

  expect(await isDone(machine.enter())).toBe(true);
});
