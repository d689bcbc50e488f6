// A second instance of a server, in the network of the first: watched, within a small limit.
import { setTimeout as delay } from 'node:timers/promises';
import { StormWatch, type StormLimits } from '../processes/process-storm.ts';
import type { SecondInstance } from '../target.ts';
import type { Holder } from './network/holder.ts';
import type { Running } from './running.ts';
import { isAtHand, socketsAtHand } from './network/sockets.ts';

export interface SecondOptions {
  readonly holder: Holder;
  readonly port: number;
  /** How long it may live, in milliseconds. */
  readonly limitMs: number;
  readonly limits: StormLimits;
}

const pollMs = 5;
/** A look takes a while where there are many processes: most of the time is the server's. */
const restShare = 2;

/** Watches `second` until it ends, shares the port, storms or the time is over. Its end is not ours. */
export async function watchSecondContainer(
  second: Running,
  { holder, port, limitMs, limits }: SecondOptions,
): Promise<SecondInstance> {
  const endsAtMs = performance.now() + limitMs;
  const before = listenersOn(holder, port);
  const look = isAtHand(second.pid, second.container.id)
    ? lookHere(second, limits)
    : lookThere(second, limits);
  let seen: Seen = { processes: 1, threads: 1, isStorm: false };
  let isSharing = false;
  while (second.exit() === undefined && performance.now() < endsAtMs) {
    const lookedMs = performance.now();
    seen = await look();
    isSharing = [...listenersOn(holder, port)].some((inode) => !before.has(inode));
    if (seen.isStorm || isSharing) break;
    await delay(pollMs + restShare * (performance.now() - lookedMs));
  }
  const exit = seen.isStorm ? undefined : second.exit();
  if (exit !== undefined) await second.drained();
  return {
    exit,
    mostProcesses: Math.max(1, seen.processes),
    mostThreads: Math.max(1, seen.threads),
    isStorm: seen.isStorm,
    isSharing,
    outputTail: second.outputTail(),
  };
}

/** The most that was seen at once. */
interface Seen {
  readonly processes: number;
  readonly threads: number;
  readonly isStorm: boolean;
}

function lookHere({ pid, hasInit }: Running, limits: StormLimits): () => Promise<Seen> {
  const storm = new StormWatch(pid, limits);
  const notIts = hasInit ? 1 : 0;
  return () => {
    const isStorm = storm.look();
    const processes = storm.mostProcesses - notIts;
    return Promise.resolve({ processes, threads: storm.mostThreads - notIts, isStorm });
  };
}

/** The engine tells the processes of its containers, elsewhere too; threads it does not. */
function lookThere({ container, hasInit }: Running, limits: StormLimits): () => Promise<Seen> {
  let processes = 0;
  return async () => {
    const now = await container.top().then(countProcesses, () => 0);
    processes = Math.max(processes, now - (hasInit ? 1 : 0));
    return { processes, threads: processes, isStorm: processes > limits.processes };
  };
}

/** Of a container that is just ending the engine lists none, and writes null for the list. */
function countProcesses({ Processes }: { readonly Processes: readonly unknown[] | null }): number {
  return Processes?.length ?? 0;
}

function listenersOn(holder: Holder, port: number): ReadonlySet<number> {
  const sockets = socketsAtHand(holder) ?? [];
  return new Set(
    sockets.filter((one) => one.isListening && one.port === port).map(({ inode }) => inode),
  );
}
