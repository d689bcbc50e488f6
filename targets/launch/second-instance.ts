// A second instance on the port of the first: watched for as long as it lives, and never let loose.
import { setTimeout as delay } from 'node:timers/promises';
import type { Launched } from './launched.ts';
import { takeSnapshot } from '../processes/process-snapshot.ts';
import { StormWatch, type StormLimits } from '../processes/process-storm.ts';
import { ownPorts, portHolder } from './readiness.ts';
import type { SecondInstance } from '../target.ts';

const pollMs = 3;
/** A look takes a while where there are many processes: most of the time is the server's. */
const restShare = 2;

/** One that listens elsewhere and had nothing to do for so long will not end any more, in milliseconds. */
const settledMs = 1000;
/** So long is enough where one before it did the same, and stayed. */
const settledAgainMs = 200;
/** How often it is looked for elsewhere, in milliseconds: the tables of all ports are long. */
const elsewhereEveryMs = 100;

export interface SecondOptions {
  readonly port: number;
  /** How long it may live, in milliseconds. */
  readonly limitMs: number;
  /** Whether one before it was seen to settle down at another port. */
  readonly hasSettledBefore?: boolean;
  readonly limits: StormLimits;
}

/**
 * Watches `launched` until it ends, shares the port, storms, settles down at another port or `limitMs` are over; then
 * ends it.
 */
export async function watchSecond(
  launched: Launched,
  { port, limitMs, limits, hasSettledBefore = false }: SecondOptions,
): Promise<SecondInstance> {
  const storm = new StormWatch(launched.pid, limits);
  const endsAtMs = performance.now() + limitMs;
  let isStorm = false;
  let isSharing = false;
  const elsewhere = new Elsewhere(
    launched.pid,
    port,
    hasSettledBefore ? settledAgainMs : settledMs,
  );
  try {
    while (launched.exit() === undefined && performance.now() < endsAtMs) {
      const lookedMs = performance.now();
      isStorm = storm.look();
      isSharing = portHolder(launched.pid, port).kind === 'group';
      if (isStorm || isSharing || elsewhere.hasSettled()) break;
      await delay(pollMs + restShare * (performance.now() - lookedMs));
    }
    const exit = isStorm ? undefined : launched.exit();
    if (exit !== undefined) await launched.drained();
    return {
      exit,
      mostProcesses: Math.max(1, storm.mostProcesses),
      mostThreads: Math.max(1, storm.mostThreads),
      isStorm,
      isSharing,
      ...(exit === undefined && elsewhere.port !== undefined ? { listensOn: elsewhere.port } : {}),
      outputTail: launched.output.text(),
    };
  } finally {
    await launched.end();
  }
}

/** A second instance that listens at another port than the taken one. */
class Elsewhere {
  readonly #leader: number;
  readonly #taken: number;
  readonly #settledMs: number;
  #lookedMs = performance.now();
  #cpuMs = 0;
  #quietSinceMs = Infinity;
  /** Where it listens; undefined while it was not seen to. */
  port: number | undefined;

  /** @param quietMs how long it has to have had nothing to do, in milliseconds */
  constructor(leader: number, taken: number, quietMs: number) {
    this.#leader = leader;
    this.#taken = taken;
    this.#settledMs = quietMs;
  }

  /** Whether it was seen there, and to have nothing to do: one that is about to end runs, or is ready to. */
  hasSettled(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs < elsewhereEveryMs) return false;
    this.#lookedMs = nowMs;
    this.port = ownPorts(this.#leader).find((port) => port !== this.#taken);
    if (this.port === undefined || !this.#isQuiet()) this.#quietSinceMs = Infinity;
    else this.#quietSinceMs = Math.min(this.#quietSinceMs, nowMs);
    return nowMs - this.#quietSinceMs >= this.#settledMs;
  }

  /** True when no thread of it runs, wants to, or has run since the last look. */
  #isQuiet(): boolean {
    const taken = takeSnapshot({ port: this.#taken, leader: this.#leader });
    if (taken.kind === 'unseen') return false;
    const hasRun = taken.cpuMs > this.#cpuMs;
    this.#cpuMs = taken.cpuMs;
    return !hasRun && taken.countTasks().runnable === 0;
  }
}
