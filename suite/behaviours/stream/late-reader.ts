// A client that writes megabytes before it reads.
import type { World } from '../behaviour.ts';
import { largeBytes, noteOfLess } from './megabytes.ts';

/**
 * Holds a client that reads only when all that the connection takes has been written, and `pausedMs` milliseconds more
 * have passed, to every byte that it is owed.
 * @returns what a pass has to say where less was sent than was meant
 * @throws {Violation} when a reply is not what it must be
 */
export async function serveLateReader(world: World, pausedMs = 0): Promise<string | undefined> {
  const { connect, streamThrough, untilFull, pause, finish } = world;
  const byteCount = await world.affordableBytes(largeBytes);
  const client = await connect();

  client.pauseReading();
  const verified = streamThrough(client, byteCount);
  await untilFull(client, verified);
  if (pausedMs > 0) await Promise.race([verified.catch(() => undefined), pause(pausedMs)]);
  client.resumeReading();
  await verified;

  await finish(client);
  return noteOfLess(byteCount, largeBytes);
}
