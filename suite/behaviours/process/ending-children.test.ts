// How the children of a crowd are left time to end, by a clock of the test's own.
import { expect, test } from 'vitest';
import { untilFewEnd } from './ending-children.ts';

/** What a look takes of each process, in milliseconds. */
const lookMs = 0.1;

/** Processes of which so many end in each millisecond that is not spent on a look. */
async function waited(
  processes: number,
  endsPerMs: number,
): Promise<{ readonly looks: number; readonly left: number; readonly lookedMs: number }> {
  let [nowMs, left, looks, lookedMs] = [0, processes, 0, 0];
  await untilFewEnd({
    countProcesses: () => {
      looks += 1;
      nowMs += lookMs * left;
      lookedMs += lookMs * left;
      return Promise.resolve(left);
    },
    pause: (milliseconds) => {
      nowMs += milliseconds;
      left = Math.max(1, left - Math.round(endsPerMs * milliseconds));
      return Promise.resolve();
    },
    now: () => nowMs,
  });
  return { looks, left, lookedMs };
}

test('a thousand that end are looked at a few times, and most of the time is theirs', async () => {
  const { looks, left, lookedMs } = await waited(1001, 2);

  expect(left).toBeLessThanOrEqual(100);
  expect(looks).toBeLessThanOrEqual(4);
  expect(lookedMs).toBeLessThan(250);
});

test('many that stay are not waited for', async () => {
  expect((await waited(1001, 0)).looks).toBe(2);
});

test('a server of few processes is looked at once', async () => {
  expect((await waited(5, 0)).looks).toBe(1);
});

test('those that end slowly are not waited for without end', async () => {
  expect((await waited(100_000, 0.001)).looks).toBeLessThanOrEqual(8);
});
