// Which experiment to hold next: the cheapest of those for which the theories that are left foretell different things.
import {
  areRivals,
  enough,
  isStanding,
  opinion,
  standings,
  type Inquest,
  type Suspect,
} from './conclude.ts';
import { keyOf } from './deviation.ts';
import { agree, foretell, predict, type Experiment, type Foretold } from './experiment.ts';
import { candidates } from './probes.ts';
import { theContract } from './the-contract.ts';

/** What a conversation costs, and what each wait in it that brings nothing costs more, in milliseconds. */
const conversationMs = 4;
const silenceMs = 250;
/** Large messages are split on their way: the fewer the better. */
const bytesPerMs = 4096;

/** Rivals of two causes are parted before two forms of one. */
const weights = { causes: 4, contract: 2, forms: 1 } as const;

/**
 * The next experiment; undefined when none parts any two theories that are rivals still, and each has foretold enough.
 * @param passedOver words of experiments that came to nothing and are not held again
 */
export function choose(
  inquest: Inquest,
  passedOver: ReadonlySet<string> = new Set(),
): Experiment | undefined {
  const { held, trials } = inquest;
  const done = new Set([...passedOver, ...trials.map(({ experiment }) => experiment.words)]);
  const left = standings(inquest).filter(isStanding);
  const alive = left.map(({ suspect }) => suspect);
  const owing = new Set(
    left.filter(({ foretold }) => foretold.length < enough).map(({ suspect }) => suspect),
  );
  let best: { readonly experiment: Experiment; readonly worth: number } | undefined;
  for (const experiment of candidates(alive)) {
    if (done.has(experiment.words)) continue;
    const parted = weightOf(experiment, { alive, owing, held });
    if (parted === 0) continue;
    const worth = parted / costMs(experiment, alive, inquest);
    if (best === undefined || worth > best.worth) best = { experiment, worth };
  }
  return best?.experiment;
}

interface Field {
  readonly alive: readonly Suspect[];
  /** Those that have not foretold enough yet. */
  readonly owing: ReadonlySet<Suspect>;
  readonly held: Inquest['held'];
}

/** How many pairs of theories an experiment parts, those that matter more counted for more. */
function weightOf(experiment: Experiment, { alive, owing, held }: Field): number {
  const right = foretell(theContract, experiment, held);
  const told = alive.flatMap((suspect): { suspect: Suspect; foretold: Foretold }[] => {
    const foretold = opinion(suspect, alive, experiment, held);
    return foretold === undefined ? [] : [{ suspect, foretold }];
  });
  let weight = 0;
  for (const [nth, { suspect, foretold }] of told.entries()) {
    const isTelling = right !== undefined && !agree(foretold, right);
    if (isTelling && owing.has(suspect)) weight += weights.contract;
    for (const other of told.slice(nth + 1)) {
      if (agree(foretold, other.foretold) || !areRivals(suspect, other.suspect)) continue;
      weight += suspect.cause === other.suspect.cause ? weights.forms : weights.causes;
    }
  }
  return weight;
}

function costMs(experiment: Experiment, alive: readonly Suspect[], { held }: Inquest): number {
  const silences = alive.map(
    ({ deviation }) => predict(deviation, experiment, held)?.silences ?? 1,
  );
  const mean = silences.reduce((sum, one) => sum + one, 0) / Math.max(1, silences.length);
  const bytes = experiment.conversation.reduce(
    (sum, step) => sum + (step.do === 'send' ? step.payload.bytes.length * step.payload.times : 0),
    0,
  );
  return conversationMs * experiment.conversation.length + mean * silenceMs + bytes / bytesPerMs;
}

/** Suspects without those that are the same theory of the same cause. */
export function withoutTwins(suspects: readonly Suspect[]): Suspect[] {
  return [
    ...new Map(suspects.map((one) => [`${one.cause} ${keyOf(one.deviation)}`, one])).values(),
  ];
}
