// What a frozen suite is, and what it means for the behaviours of a run: the only place that says what counts.
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours as allBehaviours } from '../behaviours/behaviours.ts';
import type { Level } from '../events/events.ts';

/**
 * Which behaviours count, and in which strength. A later version of conform may have more behaviours, other levels and
 * other sizes: who is held to a suite is held to what it had when it was released.
 */
export interface FrozenSuite {
  /** A year and a digit from 1 to 9: as a number in YAML or JSON it is written the same. */
  readonly name: string;
  /** Generated conversations a property. */
  readonly cases: number;
  /** Clients in a crowd. */
  readonly clients: number;
  /** The level of each behaviour that counts, by its id. */
  readonly levels: Readonly<Record<string, Level>>;
}

/** Those of a config are its owner's own: they count, whatever suite there is. */
const isOurs = (id: string): boolean => allBehaviours.some((one) => one.id === id);

/** Whether the behaviour is one of ours that the suite does not have. */
export function isNewerThan({ levels }: FrozenSuite, id: string): boolean {
  return isOurs(id) && !Object.hasOwn(levels, id);
}

/** The behaviours as the suite has them: each in its level of then, and what is newer marked as such. */
export function heldTo(
  suite: FrozenSuite | undefined,
  behaviours: readonly Behaviour[],
): readonly Behaviour[] {
  if (suite === undefined) return behaviours;
  return behaviours.map((one) => {
    if (isNewerThan(suite, one.id)) return { ...one, isNewer: true };
    return { ...one, level: suite.levels[one.id] ?? one.level };
  });
}
