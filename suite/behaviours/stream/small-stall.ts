// Whether the reply to a small message stalls half-way: Nagle’s algorithm against a delayed ACK. Such a
// stall comes at every exchange; what a busy machine does comes and goes. So each reply is compared
// with the fastest round trip of the same connection, and one that came at once ends a row of stalls.
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
/** So many stalls in a row, with no reply at once between them, say that from there on each reply stalls. */
const enoughStalls = 5;
/**
 * A kernel delays no ACK at the beginning of a connection (tcp(7), TCP_QUICKACK), and some servers write
 * differently later on: so many replies at once settle it.
 */
const enoughAtOnce = 24;
const mostLate = 14;
const messageBytes = 12;

type Exchanging = Pick<World, 'exchange' | 'letters'>;

/**
 * Holds `client` to small exchanges until `enoughAtOnce` replies show no stall, or `enoughStalls` in a row do.
 * @throws {Violation} when each reply stalled, from some exchange on
 * @throws {Untested} when neither was seen: the server, or this machine, is too slow to tell
 */
export async function expectNoStall(world: Exchanging, client: Client): Promise<void> {
  let fastestMs = await fastestRoundTrip(world, client);
  let stallsMs: number[] = [];
  let atOnce = 0;
  for (let late = 0; late < mostLate && stallsMs.length < enoughStalls;) {
    const { gapMs, tookMs, isBytewise } = await timedReply(client, world.letters(messageBytes));
    // A server that writes byte by byte stalls behind its first byte: odd, but it may.
    if (isBytewise) return;
    if (tookMs < fastestMs + marginMs) {
      atOnce += 1;
      stallsMs = [];
      if (atOnce === enoughAtOnce) return;
      continue;
    }
    late += 1;
    if (gapMs >= shortestStallMs && gapMs <= longestStallMs) stallsMs.push(gapMs);
    fastestMs = Math.min(fastestMs, await roundTrip(world, client));
  }
  if (stallsMs.length < enoughStalls) {
    if (atOnce > 0) return;
    throw new Untested(
      `none of ${mostLate} small replies came nearly as fast as one byte (${told(fastestMs)}), but only ${stallsMs.length} came in two parts, late: that may be a stall or a busy machine`,
    );
  }
  const typicalMs = stallsMs.sort((one, other) => one - other)[Math.floor(enoughStalls / 2)] ?? 0;
  const when = atOnce === 0 ? 'not a single time' : `no more after the first ${atOnce}`;
  throw new Violation(
    `The reply to ${messageBytes} bytes stalled half-way, ${stallsMs.length} times, and came at once ${when}.`,
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
