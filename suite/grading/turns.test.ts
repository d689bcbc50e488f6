import { expect, test } from 'vitest';
import { Quiet } from './quiet.ts';
import { Turns } from './turns.ts';

/** True once `promise` has resolved, as far as that needs no clock. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return done;
}

test('a turn comes when another has ended', async () => {
  const turns = new Turns(1);
  const [one, other] = [turns.join(), turns.join()];

  expect([await isDone(one.take()), await isDone(other.take())]).toEqual([true, false]);
  one.end();
  expect(await isDone(other.take())).toBe(true);
});

test('one that gives up while it waits keeps no turn', async () => {
  const turns = new Turns(1);
  const [one, other, third] = [turns.join(), turns.join(), turns.join()];
  await one.take();
  void other.take();
  other.end();
  one.end();

  expect(await isDone(third.take())).toBe(true);
});

test('one that waits for its turn keeps nobody from quiet, and begins when that is over', async () => {
  const [turns, machine] = [new Turns(1), new Quiet(1)];
  const [one, other] = [await machine.enter(), await machine.enter()];
  const [first, second] = [turns.join(), turns.join()];
  await one.stepAside(() => first.take());
  const ready = other.stepAside(() => second.take());

  expect([await isDone(one.quiet()), await isDone(ready)]).toEqual([true, false]);
  first.end();
  expect(await isDone(ready)).toBe(false);
  one.leave();
  expect(await isDone(ready)).toBe(true);
});

test('who has the machine to itself needs no turn', async () => {
  const [turns, machine] = [new Turns(1), new Quiet(1)];
  const [one, other] = [await machine.enter(), await machine.enter()];
  const [first, second] = [turns.join(), turns.join()];
  await one.stepAside(() => first.take());
  const [quiet, later] = [other.quiet(), one.quiet()];

  expect([await isDone(quiet), await isDone(later)]).toEqual([true, false]);
  expect(await isDone(other.stepAside(() => second.take()))).toBe(true);
});

test('one that is gone before its turn leaves the machine as it was', async () => {
  const [turns, machine] = [new Turns(1), new Quiet(1)];
  const [one, other] = [await machine.enter(), await machine.enter()];
  const [first, second] = [turns.join(), turns.join()];
  await one.stepAside(() => first.take());
  void other.stepAside(() => second.take());
  other.leave();
  second.end();
  first.end();

  expect(await isDone(one.quiet())).toBe(true);
});
