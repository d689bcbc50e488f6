// A client that ends its side while the server cannot get rid of its replies. A server that reads on keeps them itself;
// what it makes of them at the client's end shows where it reads that end before the client reads on.
import type { Client, World } from '../behaviour.ts';
import { largeBytes } from '../stream/megabytes.ts';

/** So much more than the kernels hold is sent: a server that is slow to read has read it all soon. */
export const keptBytes = 512 * 1024;
/** Most servers have read by then all that they read, in milliseconds. */
const firstLookMs = 40;
const betweenLooksMs = 20;
/** One that reads on is waited for no longer than this as a rule, in milliseconds. */
const usualMs = 1200;

/** How much a client is to send so that the server cannot get rid of all the replies. */
export function moreThanFits({ roomBytes }: World, client: Client): number {
  const room = roomBytes(client);
  return room === undefined ? largeBytes : Math.min(largeBytes, room + keptBytes);
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
    if (unreadNow === unreadBytes) return;
    unreadBytes = unreadNow;
  }
}
