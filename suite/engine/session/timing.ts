// Where the time of a run went, from what is known to have gone on at which times. Knows numbers only.
import type { Timing } from '../../events/events.ts';

/** What else than judging a run's time goes into; a moment with several of them counts for the first of these. */
export const activities = ['start', 'wait', 'experiment'] as const;
export type Activity = (typeof activities)[number];

/** A stretch of time; times are those of one clock, in milliseconds. */
export interface Stretch {
  readonly activity: Activity;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Waits for one thing that all ended without it. */
export type VainWaits = Timing['waits'][number];

/**
 * Shares the time from `startedMs` to `endedMs` out: each moment is counted once, and all of them make the
 * whole number of milliseconds that the run took.
 */
export function timingOf(
  stretches: readonly Stretch[],
  waits: readonly VainWaits[],
  startedMs: number,
  endedMs: number,
): Timing {
  const durationMs = Math.max(0, Math.round(endedMs - startedMs));
  const taken = { start: 0, wait: 0, experiment: 0 };
  let countedMs = 0;
  for (const [index, activity] of activities.entries()) {
    // What the union of these takes beyond the union of those before them is this one's.
    const some = stretches.filter((one) => activities.indexOf(one.activity) <= index);
    const unionMs = Math.min(durationMs, Math.round(lengthOfAll(some, startedMs, endedMs)));
    taken[activity] = unionMs - countedMs;
    countedMs = unionMs;
  }
  return {
    judgingMs: durationMs - countedMs,
    waitingMs: taken.wait,
    experimentsMs: taken.experiment,
    startsMs: taken.start,
    waits: [...waits],
  };
}

/** How long the run took that has this timing, in milliseconds. */
export const durationOf = ({ judgingMs, waitingMs, experimentsMs, startsMs }: Timing): number =>
  judgingMs + waitingMs + experimentsMs + startsMs;

/** How long it was from `fromMs` to `toMs` in which at least one of `stretches` went on. */
function lengthOfAll(stretches: readonly Stretch[], fromMs: number, toMs: number): number {
  let lengthMs = 0;
  let coveredToMs = fromMs;
  for (const one of stretches.toSorted((a, b) => a.startedMs - b.startedMs)) {
    const beginMs = Math.max(one.startedMs, coveredToMs);
    const endMs = Math.min(one.endedMs, toMs);
    if (endMs <= beginMs) continue;
    lengthMs += endMs - beginMs;
    coveredToMs = endMs;
  }
  return lengthMs;
}
