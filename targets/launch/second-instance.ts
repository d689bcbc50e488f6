// A second instance on the port of the first: watched for as long as it lives, and never let loose.
import { setTimeout as delay } from 'node:timers/promises';
import type { Launched } from './launched.ts';
import { StormWatch, type StormLimits } from '../processes/process-storm.ts';
import { portHolder } from './readiness.ts';
import type { SecondInstance } from '../target.ts';

const pollMs = 3;
/** A look takes a while where there are many processes: most of the time is the server's. */
const restShare = 2;

export interface SecondOptions {
  readonly port: number;
  /** How long it may live, in milliseconds. */
  readonly limitMs: number;
  readonly limits: StormLimits;
}

/** Watches `launched` until it ends, shares the port, storms or `limitMs` are over; then ends it. */
export async function watchSecond(
  launched: Launched,
  { port, limitMs, limits }: SecondOptions,
): Promise<SecondInstance> {
  const storm = new StormWatch(launched.pid, limits);
  const endsAtMs = performance.now() + limitMs;
  let isStorm = false;
  let isSharing = false;
  try {
    while (launched.exit() === undefined && performance.now() < endsAtMs) {
      const lookedMs = performance.now();
      isStorm = storm.look();
      isSharing = portHolder(launched.pid, port).kind === 'group';
      if (isStorm || isSharing) break;
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
      outputTail: launched.output.text(),
    };
  } finally {
    await launched.end();
  }
}
