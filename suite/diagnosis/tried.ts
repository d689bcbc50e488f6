// What experiments say of the causes: from the trials of this run, or from what earlier diagnoses have told of theirs.
import { conclude, isStanding, standings, type Suspect } from '../theories/conclude.ts';
import { foretell, outcomeWords, type Trial } from '../theories/experiment.ts';
import type { Cause, ForetoldTrial, RefutedTheory } from '../events/events.ts';
import type { HeldTo } from './suspects.ts';
import { nameOfTheory } from './theory-name.ts';

/** What experiments say for a cause that they have not refuted. */
export interface Claim {
  readonly isCertain: boolean;
  /** What was foretold, and came; empty when no experiment tells the theory from the contract. */
  readonly foretold: readonly ForetoldTrial[];
}

export interface Tried {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly refuted: readonly RefutedTheory[];
}

export const nothingTried: Tried = { claims: new Map(), refuted: [] };

/** More than these nobody reads. */
const mostTold = 3;

/** What the trials of this run come to. */
export function triedIn(
  suspects: readonly Suspect[],
  trials: readonly Trial[],
  held: HeldTo,
): Tried {
  const inquest = { suspects, trials, held };
  const claims = new Map<string, Claim>();
  for (const [cause, conclusion] of conclude(inquest)) {
    if (conclusion.kind === 'refuted') continue;
    const { deviation, foretold, isCertain } = conclusion;
    claims.set(cause, {
      isCertain,
      foretold: foretold.slice(0, mostTold).map((trial) => ({
        conversation: trial.experiment.words,
        foretold: outcomeWords(foretell(deviation, trial.experiment, held) ?? {}),
        came: outcomeWords(trial.came, foretell(deviation, trial.experiment, held)),
      })),
    });
  }
  return { claims, refuted: refutedBy(suspects, trials, held) };
}

function refutedBy(
  suspects: readonly Suspect[],
  trials: readonly Trial[],
  held: HeldTo,
): RefutedTheory[] {
  const all = standings({ suspects, trials, held });
  const named = ({ suspect: { cause, deviation } }: (typeof all)[number]): string =>
    nameOfTheory(cause, deviation.does);
  const left = new Set(all.filter(isStanding).map(named));
  const told = new Map<string, RefutedTheory>();
  for (const standing of all) {
    const { suspect, refutedBy: trial } = standing;
    // One that comes before the contract's mapping may stand where the same behind it does not.
    if (trial === undefined || left.has(named(standing))) continue;
    const { cause, deviation } = suspect;
    const foretold = foretell(deviation, trial.experiment, held) ?? {};
    told.set(named(standing), {
      cause,
      theory: deviation.does,
      conversation: trial.experiment.words,
      foretold: outcomeWords(foretold),
      came: outcomeWords(trial.came, foretold),
    });
  }
  return [...told.values()];
}

/** What earlier diagnoses of the same server have told: their experiments are not held again. */
export function triedBefore(
  earlier: readonly {
    readonly causes: readonly Cause[];
    readonly refuted?: readonly RefutedTheory[] | undefined;
  }[],
): Tried {
  const claims = new Map<string, Claim>();
  for (const { causes } of earlier) {
    for (const { id, confidence, foretold } of causes) {
      if (foretold !== undefined) claims.set(id, { isCertain: confidence === 'certain', foretold });
    }
  }
  return { claims, refuted: earlier.flatMap(({ refuted = [] }) => refuted) };
}
