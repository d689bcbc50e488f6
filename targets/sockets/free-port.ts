// A port for a server that is about to be started.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { portsInUse } from './listening.ts';
import { TargetUnavailable } from '../target.ts';

const lowestPort = 10_000;
const tries = 50;

/** One after another from a random one on: none is given twice before all were. */
let lastPort = randomInt(lowestPort, 30_000);

/** The table is long after thousands of connections; of a younger one only what others have begun since is missing. */
const tableLifeMs = 1000;
let table: { readonly ports: ReadonlySet<number>; readonly readMs: number } | undefined;

function isInUse(port: number): boolean {
  const nowMs = performance.now();
  if (table === undefined || nowMs - table.readMs > tableLifeMs) {
    table = { ports: portsInUse() ?? new Set(), readMs: nowMs };
  }
  return table.ports.has(port);
}

/** Whether a forgotten htons() would not show: the port's two bytes are equal. */
const isSameSwapped = (port: number): boolean => port >> 8 === (port & 0xff);

/**
 * A port that nothing uses: not even a connection in TIME_WAIT, over which a server without
 * SO_REUSEADDR stumbles.
 * @throws {TargetUnavailable} when none is found
 */
export const findFreePort = (): Promise<number> => choosePort((port) => !isInUse(port));

/**
 * A port that we can bind a listener to. What is left of ended connections may hold it all the same, for a server
 * without SO_REUSEADDR: that stands only in the kernel's tables, which take 50 ms to read after thousands of
 * connections. So it is for whoever looks there once the server has failed to start.
 * @throws {TargetUnavailable} when none is found
 */
export const findBindablePort = (): Promise<number> => choosePort(() => true);

async function choosePort(isWanted: (port: number) => boolean): Promise<number> {
  // Below the ports that the kernel gives to outgoing connections: one of those could take the
  // port again before the server binds it.
  const limit = firstEphemeralPort();
  if (limit > lowestPort) {
    for (let count = 0; count < tries; count += 1) {
      const port = lastPort + 1 < limit ? lastPort + 1 : lowestPort;
      // Whoever asks while this one is tried begins behind it.
      lastPort = port;
      if (isSameSwapped(port)) continue;
      if (isWanted(port) && (await canBind(port)).free) return port;
    }
  }
  const bound = await canBind(0);
  if (bound.free) return bound.port;
  throw new TargetUnavailable('No free port was found on this machine to start the server on.');
}

/** Whether a listener can be bound to `port` on `host` (any address by default) right now. */
export async function canBind(
  port: number,
  host?: string,
): Promise<{ readonly free: true; readonly port: number } | { readonly free: false }> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => {
      resolve({ free: false });
    });
    server.listen({ port, exclusive: true, ...(host !== undefined && { host }) }, () => {
      const bound = server.address();
      const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port;
      server.close(() => {
        resolve({ free: true, port: boundPort });
      });
    });
  });
}

function firstEphemeralPort(): number {
  try {
    const [low] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').split(/\s/u);
    return Number(low);
  } catch {
    // Where IANA lets dynamic ports begin, and macOS and Windows too.
    return 49_152;
  }
}
