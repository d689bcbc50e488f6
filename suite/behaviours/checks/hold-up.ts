// How much a client that reads nothing has to be owed before its server is held up. Less than the kernel takes holds up
// nobody: a test that passed with it would have judged nothing.
import { Untested, type Client, type World } from '../behaviour.ts';

/** So much more than the kernels hold is sent: a server that is slow to read has read it all soon. */
export const keptBytes = 512 * 1024;
/** Most servers have read by then all that they read, in milliseconds. */
export const firstLookMs = 40;
export const betweenLooksMs = 20;
/** One that reads on is waited for no longer than this as a rule, in milliseconds. */
const usualMs = 1200;
/** A slow server reads on for so long at the most before it is held up, in milliseconds. */
const mostReadingMs = 6000;
/** A slow server is given so many times what a test has, where that is enough to hold it up. */
const mostShares = 4;

/**
 * How many of `wanted` bytes a client that reads nothing is to send, so that the server is held up by its reply.
 * @param client any that is connected: the kernel shows by it what it holds
 * @throws {Untested} when the server is too slow for that
 */
export async function bytesThatHoldUp(
  world: World,
  client: Client,
  wanted: number,
): Promise<number> {
  const affordable = await world.affordableBytes(wanted);
  if (affordable >= wanted) return affordable;
  const room = world.roomBytes(client);
  // Where it cannot be seen what the kernels hold, as much as there is time for has to do.
  if (room === undefined) return affordable;
  const least = Math.min(wanted, room + keptBytes);
  if (affordable >= least) return affordable;
  if (mostShares * affordable >= least) return least;
  throw new Untested(
    `the server is too slow for it: a client that reads nothing holds nobody up before it is owed ${room} bytes, and ${affordable} can be sent in the time of a test`,
  );
}

interface Owed {
  readonly owedBytes: number;
  /** As many as a server that is not slow is sent: all of them, and the kernels, hold it up. */
  readonly wanted: number;
  /** What the client is sending. */
  readonly sending: Promise<unknown>;
}

/** Waits until the server is held up by what it owes `client`, who reads nothing, or has read all that it said. */
export async function untilHeldUp(
  world: World,
  client: Client,
  { owedBytes, wanted, sending }: Owed,
): Promise<void> {
  await world.untilFull(client, sending);
  // Less may all be with the kernels long before a slow server has read it.
  if (owedBytes < wanted) await untilItReadsNoMore(world, client, mostReadingMs);
}

/**
 * Waits until the server has read all that `client` sent and its end, or reads no more. No verdict hangs on it.
 * @param mostMs how long one that reads on is waited for, in milliseconds
 */
export async function untilItReadsNoMore(
  { farEnd, pause }: World,
  client: Client,
  mostMs = usualMs,
): Promise<void> {
  await pause(firstLookMs);
  let unreadBytes = farEnd(client)?.unreadBytes ?? 0;
  for (let waitedMs = 0; unreadBytes > 0 && waitedMs < mostMs; waitedMs += betweenLooksMs) {
    await pause(betweenLooksMs);
    const unreadNow = farEnd(client)?.unreadBytes ?? 0;
    if (unreadNow >= unreadBytes) return;
    unreadBytes = unreadNow;
  }
}
