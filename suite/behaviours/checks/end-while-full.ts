// A client that ends its side while the server cannot get rid of its replies. A server that reads on keeps them itself;
// what it makes of them at the client's end shows where it reads that end before the client reads on.
import type { Client, World } from '../behaviour.ts';
import { expectReply } from '../expect.ts';
import { largeBytes } from '../stream/megabytes.ts';

/** So much more than the kernels hold is sent: a server that is slow to read has read it all soon. */
export const keptBytes = 512 * 1024;
/** Most servers have read by then all that they read, in milliseconds. */
const firstLookMs = 40;
const betweenLooksMs = 20;
/** One that reads on is waited for no longer than this as a rule, in milliseconds. */
const usualMs = 1200;

/**
 * Holds a client that ends its side behind megabytes, and reads nothing before `isRead` resolves, to all that it is owed.
 * @returns what `isRead` came to
 * @throws {Violation} when the reply is not what it must be
 */
async function endBehind<Seen>(
  world: World,
  byteCount: number,
  isRead: (client: Client) => Promise<Seen>,
): Promise<Seen> {
  const { connect, letters, reply } = world;
  const client = await connect();
  const sent = letters(byteCount);
  client.pauseReading();
  client.halfClose(sent);
  const seen = await isRead(client);
  client.resumeReading();
  expectReply(await client.receive(sent.length), reply(sent));
  return seen;
}

/**
 * Has a client end its side behind more than the server gets rid of; and where that is slow to read and reads on, once
 * more behind just so much that it meets the end soon.
 * @throws {Violation} when a reply is not what it must be
 */
export async function endWhileFull(world: World): Promise<void> {
  const wanted = await world.affordableBytes(largeBytes);
  const readsOn = await endBehind(world, wanted, async (client) => {
    const room = world.roomBytes(client);
    return room !== undefined && (await isSlowToRead(world, client)) ? room : undefined;
  });
  if (readsOn === undefined) return;
  await endBehind(world, Math.min(wanted, readsOn + keptBytes), (client) =>
    untilItReadsNoMore(world, client),
  );
}

/** Whether the server has not read yet all that `client` sent, and reads on. */
async function isSlowToRead({ farEnd, pause }: World, client: Client): Promise<boolean> {
  await pause(firstLookMs);
  const before = farEnd(client)?.unreadBytes ?? 0;
  if (before === 0) return false;
  await pause(betweenLooksMs);
  return farEnd(client)?.unreadBytes !== before;
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
