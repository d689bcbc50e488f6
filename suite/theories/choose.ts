// Which experiment to hold next: the cheapest of those for which the theories that are left foretell different things.
import { byteCountOf } from '../../clients/conversation/conversation.ts';
import {
  enough,
  explainAlike,
  isAnswer,
  isSaidAlready,
  isStanding,
  opinions,
  owesAnAnswer,
  standings,
  type Inquest,
  type Standing,
  type Suspect,
} from './conclude.ts';
import { keyOf } from './deviation.ts';
import { rewritesEachRead } from './deviations/by-read.ts';
import { agree, foretell, inTurn, predict, type Experiment } from './experiment.ts';
import { candidates, longer } from './probes.ts';
import { theContract } from './the-contract.ts';

/** What a conversation costs, and what each wait in it that brings nothing costs more, in milliseconds. */
const conversationMs = 4;
const silenceMs = 250;
/** Large messages are split on their way: the fewer the better. Of short ones the first that is listed is held. */
const bytesPerMs = 256;

/** So many forms of what becomes of a read are parted at a time, those that explain most: others come in when these are refuted. */
const mostForms = 24;

/** Rivals of two causes are parted before two forms of one. */
const weights = { causes: 4, contract: 2, forms: 1 } as const;

/**
 * The next experiment; undefined when none parts any two theories that are rivals still, each has foretold enough, those
 * that say what brings a reply were seen to bring one, and none that speaks of every message was held to short ones alone.
 * @param passedOver words of experiments that came to nothing and are not held again
 */
export function choose(
  inquest: Inquest,
  passedOver: ReadonlySet<string> = new Set(),
): Experiment | undefined {
  const { held, trials } = inquest;
  const done = new Set([...passedOver, ...trials.map(({ experiment }) => experiment.words)]);
  const left = withFewForms(standings(inquest).filter(isStanding));
  const alive = left.map(({ suspect }) => suspect);
  const owing = left.filter(({ foretold }) => foretold.length < enough);
  let best: { readonly experiment: Experiment; readonly worth: number } | undefined;
  for (const experiment of candidates(alive, held)) {
    if (done.has(experiment.words)) continue;
    const unsaid = owing.filter((standing) => !isSaidAlready(standing, experiment));
    const parted = weightOf(experiment, {
      alive,
      owing: new Set(unsaid.map(({ suspect }) => suspect)),
      held,
    });
    if (parted === 0) continue;
    const worth = parted / costMs(experiment, alive, inquest);
    if (best === undefined || worth > best.worth) best = { experiment, worth };
  }
  if (best !== undefined) return best.experiment;
  const answered = anAnswerOf(left, { ...inquest, done });
  if (answered !== undefined || done.has(longer.words)) return answered;
  const right = foretell(theContract, longer, held);
  const isTelling = opinions(alive, longer, held).some(
    ({ foretold }) => right !== undefined && !agree(foretold, right),
  );
  return isTelling ? longer : undefined;
}

/** What a theory says is answered, where it was held to silences alone: one that is left by chance foretells them too. */
function anAnswerOf(
  left: readonly Standing[],
  { held, done }: Pick<Inquest, 'held'> & { readonly done: ReadonlySet<string> },
): Experiment | undefined {
  for (const standing of left) {
    if (standing.foretold.length < enough || !owesAnAnswer(standing, held)) continue;
    const { deviation } = standing.suspect;
    const telling = (deviation.probes ?? [])
      .map((probe) => inTurn(probe))
      .find((experiment) => {
        const foretold = foretell(deviation, experiment, held);
        return foretold !== undefined && isAnswer(foretold) && !done.has(experiment.words);
      });
    if (telling !== undefined) return telling;
  }
  return undefined;
}

function withFewForms(left: readonly Standing[]): readonly Standing[] {
  const isForm = ({ suspect }: Standing): boolean => suspect.deviation.id === rewritesEachRead;
  const tried = new Set(left.filter(isForm).slice(0, mostForms));
  return left.filter((one) => !isForm(one) || tried.has(one));
}

interface Field {
  readonly alive: readonly Suspect[];
  /** Those that have not foretold enough yet, and nothing of these messages. */
  readonly owing: ReadonlySet<Suspect>;
  readonly held: Inquest['held'];
}

/** How many pairs of theories an experiment parts, those that matter more counted for more. */
function weightOf(experiment: Experiment, { alive, owing, held }: Field): number {
  const right = foretell(theContract, experiment, held);
  const told = opinions(alive, experiment, held);
  let weight = 0;
  for (const [nth, { suspect, foretold }] of told.entries()) {
    const isTelling = right !== undefined && !agree(foretold, right);
    if (isTelling && owing.has(suspect)) weight += weights.contract;
    for (const other of told.slice(nth + 1)) {
      if (agree(foretold, other.foretold) || !explainAlike(suspect, other.suspect)) continue;
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
  const sent = experiment.conversation.flatMap((step) =>
    step.do === 'send' ? [byteCountOf(step.payload)] : [],
  );
  const byteCount = sent.reduce((sum, one) => sum + one, 0);
  return conversationMs * (1 + sent.length) + mean * silenceMs + Math.floor(byteCount / bytesPerMs);
}

/** Suspects without those that are the same theory of the same cause. */
export function withoutTwins(suspects: readonly Suspect[]): Suspect[] {
  return [
    ...new Map(suspects.map((one) => [`${one.cause} ${keyOf(one.deviation)}`, one])).values(),
  ];
}
