// When a server in a container is ready: a socket of its network listens on the port.
import { isIPv4 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TcpSocket } from '../../sockets/listening.ts';
import { isLoopback } from '../../sockets/listens-for.ts';
import { swapped, tellMiss } from '../../launch/near-miss.ts';
import { TargetUnavailable } from '../../target.ts';
import type { Docker } from '../engine.ts';
import type { Holder } from './holder.ts';
import { openLoopback } from './loopback.ts';
import type { Running } from '../running.ts';
import { lookAtSockets } from './sockets.ts';

const shortestPollMs = 4;

export interface Awaited {
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the server listens where it can be reached: by others, or in its container alone, where
 * the kernel then translates the address of what comes for it.
 * @throws {TargetUnavailable} when it ends before, listens elsewhere, or not within the time
 */
export async function untilListening(
  docker: Docker,
  holder: Holder,
  running: Running,
  { port, timeoutMs, signal }: Awaited,
): Promise<Reach> {
  const limitMs = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const lookedMs = performance.now();
    const listening = (await lookAtSockets(docker, holder)).filter(isServers);
    const onPort = listening.filter((socket) => socket.port === port);
    if (onPort.some(({ host }) => !isLoopback(host))) return 'others';
    if (onPort.some(({ host }) => isIPv4(host))) {
      const reason = await openLoopback(docker, holder);
      if (reason === undefined) return 'itself';
      throw unavailable(
        running,
        `The server cannot be reached. ${onLoopback(onPort)}, and ${reason}. ${bindAll}`,
      );
    }
    if (running.exit() !== undefined) throw await endedEarly(running, port);
    const nowMs = performance.now();
    if (nowMs >= limitMs) throw neverListened(running, listening, port, timeoutMs);
    await delay(Math.max(shortestPollMs, 4 * (nowMs - lookedMs)), undefined, { signal });
  }
}

/** Whether a socket of the server's listens on `port`, by the tables of its network. */
export function listensOn(sockets: readonly TcpSocket[], port: number): boolean {
  return hostsOn(sockets, port).length > 0;
}

/** The addresses at which the server's sockets listen on `port`, by the tables of its network. */
export function hostsOn(sockets: readonly TcpSocket[], port: number): string[] {
  return sockets
    .filter((socket) => isServers(socket) && socket.port === port)
    .map(({ host }) => host);
}

/** The engine's own resolver listens on this address in every network. */
const isServers = ({ isListening, host }: TcpSocket): boolean =>
  isListening && host !== '127.0.0.11';

/** Whom a server listens for: others too, or only programs of its own container or machine (127.0.0.1). */
export type Reach = 'others' | 'itself';

const onLoopback = (sockets: readonly TcpSocket[]): string =>
  `It listens on it for programs in the container only (${[...new Set(sockets.map(({ host }) => host))].join(', ')})`;
const bindAll = 'Bind 0.0.0.0, so that others reach it.';

async function endedEarly(running: Running, port: number): Promise<TargetUnavailable> {
  const { exitCode, signal } = await running.exited;
  await running.drained();
  const how = signal === null ? `exited with code ${exitCode ?? 'unknown'}` : `died of ${signal}`;
  const hint =
    exitCode === 0
      ? ' A server in a container has to stay in the foreground: the container ends with it.'
      : '';
  return unavailable(running, `The server ${how} before it listened on port ${port}.${hint}`);
}

function neverListened(
  running: Running,
  listening: readonly TcpSocket[],
  port: number,
  timeoutMs: number,
): TargetUnavailable {
  const ports = [...new Set(listening.map((socket) => socket.port))];
  const why = ports.includes(port)
    ? `${onLoopback(listening.filter((socket) => socket.port === port))}. ${bindAll}`
    : ports.includes(swapped(port))
      ? tellMiss({ kind: 'swapped', port: swapped(port) }, port)
      : ports.length > 0
        ? `It listens on port ${ports.join(' and ')} instead: give that with --port, and EXPOSE it.`
        : 'It is still running. Does it wait for its standard input, or take longer to start? Then give it more time with --wait.';
  return unavailable(
    running,
    `The server did not listen on port ${port} of its container within ${timeoutMs} ms. ${why}`,
  );
}

function unavailable(running: Running, message: string): TargetUnavailable {
  const outputTail = running.outputTail();
  const printed = outputTail === '' ? ' It printed nothing.' : '';
  return new TargetUnavailable(message + printed, { outputTail });
}
