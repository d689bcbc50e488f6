// Whether the reply to a small message stalls half-way: Nagle’s algorithm against a delayed ACK. Such a
// stall comes at every exchange; what a busy machine does comes and goes. So each reply is compared
// with the fastest round trip of the same connection, and one that came at once settles it.
import { Untested, Violation, type Client, type World } from '../behaviour.ts';

/** A delayed ACK comes after 40 ms on Linux, see tcp(7), after 200 ms elsewhere; in milliseconds. */
const shortestStallMs = 34;
const longestStallMs = 250;
/** A reply that took no longer than this beyond the fastest round trip cannot have stalled. */
const marginMs = 25;
/** In a round trip that takes longer than this, a stall could hide; in milliseconds. */
const slowMs = 15;
/** How often, and after the second for how long, a round trip that is fast enough is looked for. */
const mostRoundTrips = 10;
const lookingMs = 500;
/** So many stalls and no reply without one say that each reply stalls. */
const enoughStalls = 5;
const mostReplies = 14;
const messageBytes = 12;

type Exchanging = Pick<World, 'exchange' | 'letters'>;

/**
 * Holds `client` to small exchanges until one shows no stall, or `enoughStalls` do.
 * @throws {Violation} when each reply stalled
 * @throws {Untested} when neither was seen: the server, or this machine, is too slow to tell
 */
export async function expectNoStall(world: Exchanging, client: Client): Promise<void> {
  let fastestMs = await fastestRoundTrip(world, client);
  const stallsMs: number[] = [];
  for (let replies = 0; replies < mostReplies && stallsMs.length < enoughStalls; replies += 1) {
    const { gapMs, tookMs, isBytewise } = await timedReply(client, world.letters(messageBytes));
    // A server that writes byte by byte stalls behind its first byte: odd, but it may.
    if (isBytewise || tookMs < fastestMs + marginMs) return;
    if (gapMs >= shortestStallMs && gapMs <= longestStallMs) stallsMs.push(gapMs);
    fastestMs = Math.min(fastestMs, await roundTrip(world, client));
  }
  if (stallsMs.length < enoughStalls) {
    throw new Untested(
      `none of ${mostReplies} small replies came nearly as fast as one byte (${told(fastestMs)}), but only ${stallsMs.length} came in two parts, late: that may be a stall or a busy machine`,
    );
  }
  const typicalMs = stallsMs.sort((one, other) => one - other)[Math.floor(enoughStalls / 2)] ?? 0;
  throw new Violation(
    `The reply to ${messageBytes} bytes stalled half-way, ${stallsMs.length} times, and came at once not a single time.`,
    {
      kind: 'other',
      expected: 'the whole reply at once',
      observed: `a part of it, then the rest after ${Math.round(typicalMs)} ms`,
    },
  );
}

/** The fastest of several round trips of one byte, which cannot be sent in parts; in milliseconds. */
async function fastestRoundTrip(world: Exchanging, client: Client): Promise<number> {
  const startedMs = performance.now();
  let fastestMs = Infinity;
  let count = 0;
  const isTimeLeft = (): boolean =>
    count < mostRoundTrips && performance.now() - startedMs < lookingMs;
  // The first may have to wait until a process or a thread is there to serve this client.
  while (count < 2 || (fastestMs > slowMs && isTimeLeft())) {
    fastestMs = Math.min(fastestMs, await roundTrip(world, client));
    count += 1;
  }
  if (fastestMs <= slowMs) return fastestMs;
  throw new Untested(
    `the fastest of ${count} replies to one byte took ${told(fastestMs)} here, and a stall cannot be told from that`,
  );
}

async function roundTrip({ exchange, letters }: Exchanging, client: Client): Promise<number> {
  const startedMs = performance.now();
  await exchange(client, letters(1));
  return performance.now() - startedMs;
}

interface TimedReply {
  /** From its first piece to its last, in milliseconds; 0 when it came in one. */
  readonly gapMs: number;
  /** From the message to the last of its reply, in milliseconds. */
  readonly tookMs: number;
  /** True when a single byte came first, and the others later. */
  readonly isBytewise: boolean;
}

async function timedReply(client: Client, message: Buffer): Promise<TimedReply> {
  const startedMs = performance.now();
  await client.send(message);
  const first = await client.receiveSome();
  const firstAtMs = performance.now();
  const missing = message.length - first.bytes.length;
  if (missing > 0) await client.receive(missing);
  const endedMs = performance.now();
  return {
    gapMs: missing > 0 ? endedMs - firstAtMs : 0,
    tookMs: endedMs - startedMs,
    isBytewise: missing > 0 && first.bytes.length === 1,
  };
}

const told = (milliseconds: number): string => `${Math.max(1, Math.round(milliseconds))} ms`;
