// What a run has spent its time on so far: kept for the report, and told to whoever traces.
import type { Wait } from '../../../clients/deadline.ts';
import { beginSpan, tellSpan } from '../../../targets/spans.ts';
import type { Timing } from '../../events/events.ts';
import { timingOf, type Activity, type Stretch, type VainWaits } from './timing.ts';

/** Waits that were over sooner than this are not told: thousands of replies take less, in milliseconds. */
const tellableMs = 10;

export class Timeline {
  readonly #startedMs = performance.now();
  readonly #stretches: Stretch[] = [];
  readonly #underWay = new Set<{ readonly activity: Activity; readonly startedMs: number }>();
  readonly #waits = new Map<string, { times: number; inFull: number; totalMs: number }>();

  /** Counts the time of `act` as a start of the server, or an experiment; `name` says which. */
  async during<Value>(
    activity: Exclude<Activity, 'wait'>,
    name: string,
    act: () => Promise<Value>,
  ): Promise<Value> {
    const begun = { activity, startedMs: performance.now() };
    const end = beginSpan(activity, name);
    this.#underWay.add(begun);
    try {
      return await act();
    } finally {
      this.#underWay.delete(begun);
      this.#stretches.push({ ...begun, endedMs: performance.now() });
      end();
    }
  }

  /** A client's wait is over. */
  readonly sawWait = (wait: Wait): void => {
    const { awaited, startedMs, isInVain, isInFull, client } = wait;
    const endedMs = performance.now();
    if (endedMs - startedMs >= tellableMs) {
      const name = isInVain ? `no ${awaited}` : awaited;
      tellSpan({ kind: 'wait', name, startedMs, endedMs, details: { client, isInFull } });
    }
    if (!isInVain) return;
    this.#stretches.push({ activity: 'wait', startedMs, endedMs });
    const known = this.#waits.get(awaited) ?? { times: 0, inFull: 0, totalMs: 0 };
    this.#waits.set(awaited, {
      times: known.times + 1,
      inFull: known.inFull + (isInFull ? 1 : 0),
      totalMs: known.totalMs + endedMs - startedMs,
    });
  };

  /** The waits that ended without what was waited for, by what that was. */
  get waits(): readonly VainWaits[] {
    return [...this.#waits].map(([awaited, { times, inFull, totalMs }]) => ({
      ...{ awaited, times, inFull },
      totalMs: Math.round(totalMs),
    }));
  }

  /** Where the time went until now; what goes on still counts as far as it has come. */
  timing(endedMs = performance.now()): Timing {
    const begun = [...this.#underWay].map((one) => ({ ...one, endedMs }));
    return timingOf([...this.#stretches, ...begun], this.waits, this.#startedMs, endedMs);
  }
}
