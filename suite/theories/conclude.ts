// What the experiments came to: which theories they refuted, what the others had foretold, and whether one is left.
import { keyOf, type Deviation, type Held } from './deviation.ts';
import { agree, foretell, only, type Experiment, type Foretold, type Trial } from './experiment.ts';
import { theContract } from './the-contract.ts';

/** A theory that a cause offers. */
export interface Suspect {
  /** The id of the cause. */
  readonly cause: string;
  readonly deviation: Deviation;
  /** The failures that it would explain. */
  readonly explains: readonly string[];
}

/** What is known of the server, and what was tried. */
export interface Inquest {
  readonly suspects: readonly Suspect[];
  readonly held: Held;
  readonly trials: readonly Trial[];
}

/** How a theory stands. */
export interface Standing {
  readonly suspect: Suspect;
  /** The experiment that came out otherwise than it had foretold. */
  readonly refutedBy: Trial | undefined;
  /** Those that came as it had foretold, and otherwise than by the contract. */
  readonly foretold: readonly Trial[];
}

/** So many experiments a theory must have foretold before it is certain. */
export const enough = 2;

/** Whether two theories would explain a failure in common: then they are rivals. */
export const areRivals = (one: Suspect, other: Suspect): boolean =>
  one.explains.some((id) => other.explains.includes(id));

/**
 * What `suspect` foretells of an experiment. Undefined where it has no opinion, or where another fault, which explains
 * other failures, would show in it as well: what came of both together speaks of neither.
 */
export function opinion(
  suspect: Suspect,
  alive: readonly Suspect[],
  experiment: Experiment,
  held: Held,
): Foretold | undefined {
  const { deviation } = suspect;
  const foretold = foretell(deviation, experiment, held);
  if (foretold === undefined) return undefined;
  const right = foretell(theContract, experiment, held);
  const isDisturbed = alive.some((other) => {
    if (other === suspect || other.cause === suspect.cause || areRivals(suspect, other))
      return false;
    const its = foretell(other.deviation, experiment, held);
    if (its === undefined) return true;
    return right !== undefined && !agree(only(its, deviation.tells), right);
  });
  return isDisturbed ? undefined : foretold;
}

/** Holds every theory to the experiments, in their order. */
export function standings({ suspects, held, trials }: Inquest): Standing[] {
  let now: Standing[] = suspects.map((suspect) => ({
    suspect,
    refutedBy: undefined,
    foretold: [],
  }));
  for (const trial of trials) {
    const alive = now.filter(isStanding).map(({ suspect }) => suspect);
    const right = foretell(theContract, trial.experiment, held);
    now = now.map((standing) => {
      if (!isStanding(standing)) return standing;
      const foretold = opinion(standing.suspect, alive, trial.experiment, held);
      if (foretold === undefined) return standing;
      if (!agree(foretold, trial.came)) return { ...standing, refutedBy: trial };
      const isTelling = right !== undefined && !agree(foretold, right);
      return isTelling ? { ...standing, foretold: [...standing.foretold, trial] } : standing;
    });
  }
  return now;
}

export const isStanding = ({ refutedBy }: Standing): boolean => refutedBy === undefined;

/** What the experiments say for one cause. */
export type Conclusion =
  /** Every theory that it offers foretold something that did not come. */
  | { readonly kind: 'refuted'; readonly by: Trial; readonly deviation: Deviation }
  | {
      readonly kind: 'stands';
      /** The theory that foretold most. */
      readonly deviation: Deviation;
      readonly foretold: readonly Trial[];
      /**
       * True when it foretold at least two experiments otherwise than the contract, and no theory of another cause is
       * left that explains one of the same failures and foretold as many.
       */
      readonly isCertain: boolean;
    };

/** What the experiments say for each cause that offers a theory. */
export function conclude(inquest: Inquest): ReadonlyMap<string, Conclusion> {
  const all = standings(inquest);
  const causes = new Set(all.map(({ suspect }) => suspect.cause));
  return new Map([...causes].map((cause) => [cause, concluded(cause, all)]));
}

function concluded(cause: string, all: readonly Standing[]): Conclusion {
  const own = all.filter(({ suspect }) => suspect.cause === cause);
  const left = own.filter(isStanding);
  const best = left.reduce<Standing | undefined>(
    (most, one) => (most === undefined || one.foretold.length > most.foretold.length ? one : most),
    undefined,
  );
  if (best === undefined) {
    const [first] = own;
    if (first?.refutedBy === undefined) throw new TypeError(`${cause} offers no theory.`);
    return { kind: 'refuted', by: first.refutedBy, deviation: first.suspect.deviation };
  }
  const { suspect, foretold } = best;
  const hasRival = all.some(
    (other) =>
      other.suspect.cause !== cause &&
      isStanding(other) &&
      areRivals(suspect, other.suspect) &&
      other.foretold.length >= foretold.length,
  );
  return {
    kind: 'stands',
    deviation: suspect.deviation,
    foretold,
    isCertain: foretold.length >= enough && !hasRival,
  };
}

/** The theories that an experiment has refuted, by their keys. */
export const refutedIn = (inquest: Inquest): ReadonlySet<string> =>
  new Set(
    standings(inquest)
      .filter((one) => !isStanding(one))
      .map(({ suspect }) => keyOf(suspect.deviation)),
  );
