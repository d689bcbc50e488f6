// A client that writes megabytes before it reads.
import type { Client, World } from '../behaviour.ts';
import { bytesThatHoldUp, untilHeldUp } from '../checks/hold-up.ts';
import { largeBytes, noteOfLess } from './megabytes.ts';

/** How many times a client that is behind reads a part, and how long that is: the server has room to write on then. */
const parts = 3;
const partBytes = 2 * 1024 * 1024;

/**
 * Holds a client that reads only when all that the connection takes has been written, and `pausedMs` milliseconds more
 * have passed, to every byte that it is owed.
 * @returns what a pass has to say where less was sent than was meant
 * @throws {Violation} when a reply is not what it must be
 */
export async function serveLateReader(world: World, pausedMs = 0): Promise<string | undefined> {
  const { connect, streamThrough, untilFull, pause, finish } = world;
  const client = await connect();
  const byteCount = await (pausedMs > 0
    ? bytesThatHoldUp(world, client, largeBytes)
    : world.affordableBytes(largeBytes));

  client.pauseReading();
  const verified = streamThrough(client, byteCount);
  if (pausedMs === 0) await untilFull(client, verified);
  else
    await untilHeldUp(world, client, {
      owedBytes: byteCount,
      wanted: largeBytes,
      sending: verified,
    });
  if (pausedMs > 0) await Promise.race([verified.catch(() => undefined), pause(pausedMs)]);
  client.resumeReading();
  await verified;

  await finish(client);
  return noteOfLess(byteCount, largeBytes);
}

interface Owed {
  /** As many bytes as the client sends. */
  readonly owedBytes: number;
  /** What the client is sending. */
  readonly sending: Promise<unknown>;
}

/**
 * Reads all that `client`, which has stopped reading, is owed: first a few parts, with another client served behind each
 * of them. Where the server is stopped in the middle of a reply, it is at another place each time.
 */
export async function readInParts(
  world: World,
  client: Client,
  { owedBytes, sending }: Owed,
): Promise<Awaited<ReturnType<Client['receive']>>> {
  const read: Buffer[] = [];
  let leftBytes = owedBytes;
  const receive = async (byteCount: number): ReturnType<Client['receive']> => {
    const received = await client.receive(byteCount);
    read.push(received.bytes);
    leftBytes -= received.bytes.length;
    return { ...received, bytes: Buffer.concat(read) };
  };
  for (let nth = 0; nth < parts && leftBytes > partBytes; nth++) {
    client.resumeReading();
    const part = await receive(partBytes);
    if (part.end !== 'complete') return part;
    client.pauseReading();
    await world.untilFull(client, sending);
    await world.newcomer();
  }
  client.resumeReading();
  await sending;
  return await receive(leftBytes);
}
