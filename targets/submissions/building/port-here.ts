// On which port a server on this machine listens, found out by starting it once. No connection is made.
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../sockets/free-port.ts';
import { launch, type Launched } from '../../launch/launched.ts';
import { listeners } from '../../sockets/listening.ts';
import { heldByGroup } from '../../processes/process-group.ts';
import { beforeListening, StormWatch } from '../../processes/process-storm.ts';
import { meantPort, portPlace, storm, withPort, type NoPort } from './attempts.ts';

const pollMs = 10;
const settleMs = 100;

/** A way to start the server that was seen to work. */
export interface FoundHere {
  readonly kind: 'found';
  /** With `{port}` in it when it takes the port that it is told. */
  readonly words: readonly string[];
  /** The port that it takes by itself; undefined when it takes any. */
  readonly port: number | undefined;
}

export interface SearchHere {
  readonly folder: string;
  readonly attempts: readonly (readonly string[])[];
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts the server in `folder`, and looks at which port it listens.
 * @throws {TargetUnavailable} when its program cannot be started at all
 */
export async function portHere({
  folder,
  attempts,
  limitMs,
  signal,
}: SearchHere): Promise<FoundHere | NoPort> {
  const [usual = []] = attempts;
  // Where the kernel does not tell, its launch will say what is wrong.
  if (listeners() === undefined) return { kind: 'found', words: usual, port: undefined };
  let first: NoPort | undefined;
  for (const words of attempts) {
    const wanted = await findFreePort();
    const [program = '', ...parameters] = withPort(words, wanted);
    const running = await launch([program, ...parameters], folder, { PORT: String(wanted) });
    try {
      const ports = await portsOf(running, limitMs, signal);
      const port = meantPort(ports ?? [], wanted);
      if (port === wanted) {
        // Told by its environment alone, it is told again by that.
        const isTold = words.some((word) => word.includes(portPlace));
        return {
          kind: 'found',
          words: isTold ? words : ['env', `PORT=${portPlace}`, ...words],
          port: undefined,
        };
      }
      if (port !== undefined) return { kind: 'found', words: withPort(words, wanted), port };
      const none = ports === undefined ? storm(running.output.text()) : await told(running);
      first ??= none;
      if (none.isFinal) return none;
    } finally {
      await running.end();
    }
  }
  return first ?? { kind: 'none', ended: undefined, isFinal: true, log: '' };
}

/** Empty when it ended, or did not listen in time; undefined when it had to be stopped. */
async function portsOf(
  { pid, exit }: Launched,
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const look = (): readonly number[] => {
    const all = listeners() ?? [];
    const held = heldByGroup(pid, new Set(all.map(({ inode }) => inode)));
    return all.filter(({ inode }) => held?.has(inode)).map(({ port }) => port);
  };
  const watch = new StormWatch(pid, beforeListening);
  for (const lateMs = performance.now() + limitMs; performance.now() < lateMs;) {
    signal.throwIfAborted();
    if (look().length > 0) {
      await delay(settleMs, undefined, { signal });
      return look();
    }
    if (exit() !== undefined) return [];
    // One that forks without end has to be stopped while it can be.
    if (watch.look()) return undefined;
    await delay(pollMs, undefined, { signal });
  }
  return [];
}

async function told(running: Launched): Promise<NoPort> {
  await running.drained();
  const exit = running.exit();
  const how =
    exit?.signal === null
      ? `exited with code ${exit.exitCode ?? 0}`
      : `died of ${exit?.signal ?? ''}`;
  const isFinal = exit === undefined || exit.signal === 'SIGKILL';
  return { kind: 'none', ended: exit && how, isFinal, log: running.output.text() };
}
