// The one way to look again at what was seen once: who is owed another look, how often, on what kind of
// server, and how many looks have to agree before something is believed. It knows no server itself.

/** What one look came to: the server failed, it held, or the look told nothing of it. */
export type Sight = 'failed' | 'held' | 'untold';

/** How many looks are needed. */
export interface Rule {
  /** Looks at the most, the first counted. */
  readonly most: number;
  /** So many failures are believed where no look saw it hold. */
  readonly failures: number;
  /** So many failures are believed where other looks saw it hold; `failures` when absent. */
  readonly failuresAmongHeld?: number;
  /** No failure is believed before so many looks; 1 when absent. */
  readonly fewest?: number;
  /** So often it has to hold. */
  readonly held: number;
  /** After so many looks that told nothing, and no other, no further one is made; `most` when absent. */
  readonly untold?: number;
}

/**
 * What `sights` come to together: `untold` where they do not agree and no further look is to be made,
 * undefined where one is.
 */
export function agreement(sights: readonly Sight[], rule: Rule): Sight | undefined {
  const failed = sights.filter((sight) => sight === 'failed').length;
  const held = sights.filter((sight) => sight === 'held').length;
  const enough = held === 0 ? rule.failures : (rule.failuresAmongHeld ?? rule.failures);
  if (failed >= Math.max(1, enough) && sights.length >= (rule.fewest ?? 1)) return 'failed';
  if (held >= Math.max(1, rule.held)) return 'held';
  const most = failed + held === 0 ? (rule.untold ?? rule.most) : rule.most;
  return sights.length >= most ? 'untold' : undefined;
}

/** The looks at each id so far, the first look first. */
export type AllLooks<Look> = ReadonlyMap<string, readonly Look[]>;

/** How it is looked again. */
export interface LookingAgain<Look> {
  /** Looks at one id at the most, the first counted, whatever is owed. */
  readonly most: number;
  /** The ids that another look is owed to. */
  readonly owed: (looks: AllLooks<Look>) => Iterable<string>;
  /** True when no further look can be had: no time is left, or nobody is there to be looked at. */
  readonly isOver: (looks: AllLooks<Look>) => boolean;
  /** Comes before each look: starts a fresh server, waits for a quiet machine; nothing when absent. */
  readonly prepare?: (looks: AllLooks<Look>) => Promise<void>;
  /** Looks once more at each of `ids`. What it did not get to is left out. */
  readonly look: (ids: readonly string[]) => Promise<ReadonlyMap<string, Look>>;
}

/** Looks again for as long as a look is owed and can be had; returns all looks, the first included. */
export async function lookAgain<Look>(
  first: ReadonlyMap<string, Look>,
  { most, owed, isOver, prepare, look }: LookingAgain<Look>,
): Promise<AllLooks<Look>> {
  const looks = new Map<string, readonly Look[]>([...first].map(([id, one]) => [id, [one]]));
  const tries = new Map<string, number>();
  for (;;) {
    // Counted by tries, and not by what they showed: it ends though a look shows nothing.
    const ids = [...owed(looks)].filter((id) => (tries.get(id) ?? 1) < most);
    if (ids.length === 0 || isOver(looks)) return looks;
    await prepare?.(looks);
    const seen = await look(ids);
    for (const id of ids) {
      tries.set(id, (tries.get(id) ?? 1) + 1);
      const one = seen.get(id);
      if (one !== undefined) looks.set(id, [...(looks.get(id) ?? []), one]);
    }
  }
}
