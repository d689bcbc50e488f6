// A client that ends its side while the server cannot get rid of its replies. A server that reads on keeps them itself;
// what it makes of them at the client's end shows where it reads that end before the client reads on.
import type { Client, World } from '../behaviour.ts';
import { expectReply } from '../expect.ts';
import { largeBytes } from '../stream/megabytes.ts';
import {
  betweenLooksMs,
  bytesThatHoldUp,
  firstLookMs,
  keptBytes,
  untilItReadsNoMore,
} from './hold-up.ts';

/**
 * Holds `client`, which ends its side behind megabytes and reads nothing before `isRead` resolves, to all that it is owed.
 * @returns what `isRead` came to
 * @throws {Violation} when the reply is not what it must be
 */
async function endBehind<Seen>(
  { letters, reply }: World,
  client: Client,
  byteCount: number,
  isRead: () => Promise<Seen>,
): Promise<Seen> {
  const sent = letters(byteCount);
  client.pauseReading();
  client.halfClose(sent);
  const seen = await isRead();
  client.resumeReading();
  expectReply(await client.receive(sent.length), reply(sent));
  return seen;
}

/**
 * Has a client end its side behind more than the server gets rid of; and where that is slow to read and reads on, once
 * more behind just so much that it meets the end soon.
 * @throws {Violation} when a reply is not what it must be
 * @throws {Untested} when the server is too slow to be held up
 */
export async function endWhileFull(world: World): Promise<void> {
  const client = await world.connect();
  const wanted = await bytesThatHoldUp(world, client, largeBytes);
  const readsOn = await endBehind(world, client, wanted, () => isSlowToRead(world, client));
  if (!readsOn) return;
  const another = await world.connect();
  const room = world.roomBytes(another);
  if (room === undefined) return;
  await endBehind(world, another, Math.min(wanted, room + keptBytes), () =>
    untilItReadsNoMore(world, another),
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
