// A further question to a server that has ended a connection under megabytes: was it so much, or was it so many at once?
import type { World } from '../behaviour.ts';
import { isEnding, quietly } from './provoke.ts';

/**
 * Sizes of messages that most servers read whole, and small buffers in different numbers of reads: where so many bytes are
 * the limit, they come to it all the same.
 */
const messageBytes = [4096, 1500] as const;
/** Both together take no longer, in milliseconds. */
const longestMs = 3000;

/**
 * Says message after message on fresh connections, each reply read before the next is sent, until the server ends them or
 * `mostBytes` were said; beside a client that says little, and is looked after at the end. What was answered then did not
 * wait for anybody, and no reset could take it away.
 */
export async function askHowMuchOneCarries(world: World, mostBytes: number): Promise<void> {
  const { connect, exchange, letters } = world;
  await quietly(world, async () => {
    const untilMs = performance.now() + longestMs;
    const quiet = await connect();
    await exchange(quiet, letters(8));
    for (const byteCount of messageBytes) {
      const isEnded = await sayUpTo(world, { byteCount, mostBytes, untilMs });
      if (!isEnded) return;
    }
    await exchange(quiet, letters(8, 1));
  });
}

interface Saying {
  readonly byteCount: number;
  readonly mostBytes: number;
  readonly untilMs: number;
}

/** Returns whether the server ended the connection. */
async function sayUpTo(
  { connect, exchange, letters }: World,
  { byteCount, mostBytes, untilMs }: Saying,
): Promise<boolean> {
  const client = await connect();
  try {
    for (let nth = 0; nth * byteCount < mostBytes; nth += 1) {
      if (performance.now() > untilMs) break;
      await exchange(client, letters(byteCount, nth));
    }
  } catch (error) {
    return isEnding(error);
  }
  client.halfClose();
  return false;
}
