// On which port a server in a container listens, found out by starting it once. No connection is made.
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../container/engine.ts';
import { Holders, type Holder } from '../../container/network/holder.ts';
import { defaultLimits } from '../../container/limits.ts';
import { startContainer, type Running } from '../../container/running.ts';
import { isAtHand, lookAtSockets } from '../../container/network/sockets.ts';
import { beforeListening, StormWatch } from '../../processes/process-storm.ts';
import { meantPort, storm, withPort, type NoPort } from './attempts.ts';

const pollMs = 10;
/** A server that has opened one port may be about to open the one that is meant. */
const settleMs = 100;

/** A way to start the server that was seen to work. */
export interface FoundPort {
  readonly kind: 'found';
  readonly port: number;
  /** Undefined: as its image says. */
  readonly command: readonly string[] | undefined;
}

export interface Search {
  readonly image: string;
  readonly attempts: readonly (readonly string[] | undefined)[];
  /** The port that it is told to use. */
  readonly wanted: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts the image, and looks at which port it listens.
 * @throws {TargetUnavailable} when the engine fails
 */
export async function portInContainer(
  engine: Engine,
  { image, attempts, wanted, limitMs, signal }: Search,
): Promise<FoundPort | NoPort> {
  const holders = new Holders(engine, wanted, false);
  let first: NoPort | undefined;
  try {
    const holder = await holders.take();
    for (const words of attempts) {
      signal.throwIfAborted();
      const command = words && withPort(words, wanted);
      const options = { image, limits: defaultLimits(engine), ...(command && { command }) };
      const running = await startContainer(engine, holder, options);
      try {
        const ports = await portsOf(engine, holder, running, { limitMs, signal });
        const port = meantPort(ports ?? [], wanted);
        if (port !== undefined) return { kind: 'found', port, command };
        const none = ports === undefined ? storm(running.outputTail()) : await told(running);
        first ??= none;
        if (none.isFinal) return none;
      } finally {
        await running.remove();
      }
    }
    return first ?? { kind: 'none', ended: undefined, isFinal: true, log: '' };
  } finally {
    await holders.close();
  }
}

interface Wait {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Empty when it ended, or did not listen in time; undefined when it had to be stopped. */
async function portsOf(
  { docker }: Engine,
  holder: Holder,
  running: Running,
  { limitMs, signal }: Wait,
): Promise<readonly number[] | undefined> {
  const isSeen = isAtHand(running.pid, running.container.id);
  const watch = isSeen ? new StormWatch(running.pid, beforeListening) : undefined;
  const lateMs = performance.now() + limitMs;
  const look = async (): Promise<readonly number[]> =>
    (await lookAtSockets(docker, holder))
      // The engine's own resolver listens on this address in every network.
      .filter(({ isListening, host }) => isListening && host !== '127.0.0.11')
      .map(({ port }) => port);
  for (;;) {
    signal.throwIfAborted();
    if ((await look()).length > 0) {
      await delay(settleMs, undefined, { signal });
      return running.exit() === undefined ? await look() : [];
    }
    if (running.exit() !== undefined || performance.now() > lateMs) return [];
    // Within its limits it harms nobody; it would only take the time of all others.
    if (watch?.look() === true) return undefined;
    await delay(pollMs, undefined, { signal });
  }
}

async function told(running: Running): Promise<NoPort> {
  const exit = running.exit();
  await running.drained();
  const how =
    exit?.signal === null
      ? `exited with code ${exit.exitCode ?? 0}`
      : `died of ${exit?.signal ?? ''}`;
  return {
    kind: 'none',
    ended: exit === undefined ? undefined : how,
    isFinal: exit === undefined || exit.signal === 'SIGKILL',
    log: running.outputTail(),
  };
}
