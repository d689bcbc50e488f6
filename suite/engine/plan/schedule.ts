// Which behaviour is judged when: gentle ones side by side as far as that saves time, the others
// alone. One lane while the server is fast; a further one each time a behaviour is found waiting.
import type { Behaviour } from '../../behaviours/behaviour.ts';

/** A behaviour that takes longer than this waits more than it works: another may begin. */
const patienceMs = 25;

export interface ScheduleOptions {
  readonly mostLanes: number;
  /** True when nothing further may begin. */
  readonly isOver: () => boolean;
  /** True when nothing further may begin for now. */
  readonly isHeld: () => boolean;
  /** Judges one. */
  readonly run: (behaviour: Behaviour) => Promise<void>;
}

/** Runs all, each after those that it needs; resolves when all that began have ended. */
export async function runInLanes(
  behaviours: readonly Behaviour[],
  { mostLanes, isOver, isHeld, run }: ScheduleOptions,
): Promise<void> {
  const waiting = [...behaviours];
  const unsettled = new Set(behaviours.map(({ id }) => id));
  const underWay = new Set<Promise<void>>();
  while (waiting.length > 0 && !isOver()) {
    const index = waiting.findIndex(({ needs }) => !needs.some((need) => unsettled.has(need)));
    const next = waiting[index];
    const isFull = underWay.size >= (isHeld() ? 1 : mostLanes);
    if (next === undefined || isFull) {
      await Promise.race(underWay);
      continue;
    }
    waiting.splice(index, 1);
    const running = run(next).finally(() => {
      underWay.delete(running);
      unsettled.delete(next.id);
    });
    underWay.add(running);
    await Promise.race([running, later(patienceMs)]);
    while (isHeld() && underWay.size > 0) await Promise.race([...underWay, later(patienceMs)]);
  }
  await Promise.all(underWay);
}

const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));
