import { expect, test } from 'vitest';
import { Untested, type Client, type World } from '../behaviour.ts';
import { bytesThatHoldUp, untilHeldUp } from './hold-up.ts';

const mebibyte = 1024 * 1024;
/** Nothing is asked of it here. */
const client = undefined as unknown as Client;

/** A world in which so much can be sent in the time of a test, and the kernels hold so much. */
const world = (affordable: number, room: number | undefined): World =>
  ({
    affordableBytes: (wanted: number) => Promise.resolve(Math.min(wanted, affordable)),
    roomBytes: () => room,
  }) as unknown as World;

test('as much as there is time for is sent, and of a slow server more than the kernels hold', async () => {
  expect(await bytesThatHoldUp(world(99 * mebibyte, 4 * mebibyte), client, 8 * mebibyte)).toBe(
    8 * mebibyte,
  );
  expect(await bytesThatHoldUp(world(2 * mebibyte, 4 * mebibyte), client, 8 * mebibyte)).toBe(
    4.5 * mebibyte,
  );
  expect(await bytesThatHoldUp(world(2 * mebibyte, undefined), client, 8 * mebibyte)).toBe(
    2 * mebibyte,
  );
});

test('a server too slow to be held up is not tested', async () => {
  await expect(
    bytesThatHoldUp(world(mebibyte, 4 * mebibyte), client, 8 * mebibyte),
  ).rejects.toThrow(Untested);
});

test('less than was wanted is with the kernels before the server has read it: that is waited for', async () => {
  const unread = [300, 200, 100, 100, 100];
  const looks = { count: 0 };
  const seen = {
    untilFull: () => Promise.resolve(),
    pause: () => Promise.resolve(),
    farEnd: () => ({ unreadBytes: unread[Math.min(looks.count++, unread.length - 1)] }),
  } as unknown as World;
  const sending = Promise.resolve();

  await untilHeldUp(seen, client, { owedBytes: 8, wanted: 8, sending });
  expect(looks.count).toBe(0);
  await untilHeldUp(seen, client, { owedBytes: 4, wanted: 8, sending });
  expect(looks.count).toBe(4);
});
