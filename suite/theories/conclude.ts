// What the experiments came to: which theories they refuted, what the others had foretold, and whether one is left.
import { bytesOf } from '../../clients/conversation/conversation.ts';
import type { Deviation, Held } from './deviation.ts';
import {
  agree,
  foretell,
  inTurn,
  only,
  type Experiment,
  type Foretold,
  type Trial,
} from './experiment.ts';
import { theContract } from './the-contract.ts';

/** A theory that a cause offers. */
export interface Suspect {
  /** The id of the cause. */
  readonly cause: string;
  readonly deviation: Deviation;
  /** The failures that it would explain. */
  readonly explains: readonly string[];
  /** True where it describes what was seen and names no mistake: it is no rival of one that does. */
  readonly isDescription?: boolean;
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
  /** Whether an answer came where it had foretold one: who foretells silence alone has not said what brings the reply. */
  readonly hasAnswered: boolean;
}

/** So many experiments a theory must have foretold before it is certain. */
export const enough = 2;

/**
 * Whether two theories would explain a failure in common: then they are rivals. One about later messages alone is none
 * of what befalls a first one: a server may do both.
 */
const areRivals = (one: Suspect, other: Suspect): boolean =>
  explainAlike(one, other) && !areApart(one, other) && !areApart(other, one);

/** Whether both would explain a failure: then it is worth knowing which of them does. */
export const explainAlike = (one: Suspect, other: Suspect): boolean =>
  one.explains.some((id) => other.explains.includes(id));

const isOfLater = ({ deviation }: Suspect): boolean => deviation.isOfLaterMessages === true;

/** Whether the one is about what comes behind first messages, and the other shows in a first one. */
const areApart = (one: Suspect, { deviation }: Suspect): boolean =>
  isOfLater(one) && deviation.needsPast !== true;

/** What a theory foretells of an experiment. */
export interface Opinion {
  readonly suspect: Suspect;
  readonly foretold: Foretold;
}

/**
 * What the theories foretell of an experiment. One is left out where it has no opinion, or where another fault, which
 * explains other failures, would show in it as well: what came of both together speaks of neither.
 */
export function opinions(
  alive: readonly Suspect[],
  experiment: Experiment,
  held: Held,
): readonly Opinion[] {
  const right = foretell(theContract, experiment, held);
  const all = alive.map((suspect) => ({
    suspect,
    foretold: foretell(suspect.deviation, experiment, held),
  }));
  // Only what departs from the contract here, or leaves open whether it does, can disturb another.
  const departing = all.filter(
    ({ foretold }) => foretold === undefined || right === undefined || !agree(foretold, right),
  );
  return all.flatMap(({ suspect, foretold }) => {
    if (foretold === undefined) return [];
    const isDisturbed = departing.some(({ suspect: other, foretold: its }) => {
      if (other.cause === suspect.cause) return false;
      // What is not answered has no bytes either: of a later message only the one tells that is about it.
      if (explainAlike(suspect, other)) return areApart(other, suspect) && its !== undefined;
      const { tells } = suspect.deviation;
      return its === undefined || (right !== undefined && !agree(only(its, tells), right));
    });
    return isDisturbed ? [] : [{ suspect, foretold }];
  });
}

/** Holds every theory to the experiments, in their order. */
export function standings({ suspects, held, trials }: Inquest): Standing[] {
  let now: Standing[] = suspects.map((suspect) => ({
    suspect,
    refutedBy: undefined,
    foretold: [],
    hasAnswered: false,
  }));
  for (const trial of trials) {
    const alive = now.filter(isStanding).map(({ suspect }) => suspect);
    const right = foretell(theContract, trial.experiment, held);
    const told = opinions(alive, trial.experiment, held);
    now = now.map((standing) => {
      if (!isStanding(standing)) return standing;
      const opinion = told.find(({ suspect }) => suspect === standing.suspect);
      if (opinion === undefined) return standing;
      const { foretold } = opinion;
      if (!agree(foretold, trial.came)) {
        const isOfAnother = told.some((other) => isDoingOf(other, opinion, trial, right));
        return isOfAnother ? standing : { ...standing, refutedBy: trial };
      }
      const isTelling =
        right !== undefined &&
        !agree(foretold, right) &&
        !isSaidAlready(standing, trial.experiment);
      const hasAnswered = standing.hasAnswered || isAnswer(foretold);
      return isTelling
        ? { ...standing, hasAnswered, foretold: [...standing.foretold, trial] }
        : { ...standing, hasAnswered };
    });
  }
  return now;
}

/**
 * Whether what came, where `opinion` foretold nothing but the contract, is what another theory foretold that explains
 * failures besides: a server may have both faults, and this conversation shows the other one.
 */
function isDoingOf(
  other: Opinion,
  { suspect, foretold }: Opinion,
  { came }: Trial,
  right: Foretold | undefined,
): boolean {
  const its = other.suspect;
  if (right === undefined || its.cause === suspect.cause || !agree(foretold, right)) return false;
  const explainsMore = its.explains.some((id) => !suspect.explains.includes(id));
  const tellsAll = suspect.deviation.tells.every((aspect) => its.deviation.tells.includes(aspect));
  return explainsMore && tellsAll && agree(other.foretold, came);
}

/** Whether it is foretold that a reply comes while both sides stand. */
export const isAnswer = ({ answers = [] }: Foretold): boolean => answers.includes(true);

/**
 * Whether a theory of what a reply waits for has yet to be seen to bring one: its probes hold a message that it says is
 * answered, and none was.
 */
export const owesAnAnswer = ({ suspect, hasAnswered }: Standing, held: Held): boolean =>
  !hasAnswered &&
  suspect.deviation.tells.includes('answers') &&
  (suspect.deviation.probes ?? []).some((probe) => {
    const foretold = foretell(suspect.deviation, inTurn(probe), held);
    return foretold !== undefined && isAnswer(foretold);
  });

/** The same messages once more, only ended otherwise, tell no more than they did. */
export const isSaidAlready = ({ foretold }: Standing, experiment: Experiment): boolean =>
  foretold.some((trial) => saysTheSame(trial.experiment, experiment));

function saysTheSame(one: Experiment, other: Experiment): boolean {
  const [messages, others] = [messagesOf(one), messagesOf(other)];
  return (
    messages.length === others.length &&
    messages.every((message, nth) => others[nth]?.equals(message) === true)
  );
}

const messagesOf = ({ conversation }: Experiment): readonly Buffer[] =>
  conversation.flatMap((step) => (step.do === 'send' ? [bytesOf(step.payload)] : []));

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
       * left that explains one of the same failures and foretold enough as well; and where it says what brings a reply, one came.
       */
      readonly isCertain: boolean;
    };

/** What the experiments say for each cause that offers a theory. */
export function conclude(inquest: Inquest): ReadonlyMap<string, Conclusion> {
  const all = standings(inquest);
  const causes = new Set(all.map(({ suspect }) => suspect.cause));
  return new Map([...causes].map((cause) => [cause, concluded(cause, all, inquest.held)]));
}

function concluded(cause: string, all: readonly Standing[], held: Held): Conclusion {
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
      (suspect.isDescription === true || other.suspect.isDescription !== true) &&
      isStanding(other) &&
      areRivals(suspect, other.suspect) &&
      foretellsEnough(other, best),
  );
  return {
    kind: 'stands',
    deviation: suspect.deviation,
    foretold,
    isCertain: foretold.length >= enough && !hasRival && !owesAnAnswer(best, held),
  };
}

/** Enough experiments, and as much of each: who tells only when a reply comes foretells less than who tells its bytes. */
function foretellsEnough(other: Standing, one: Standing): boolean {
  const [its, own] = [other, one].map(({ suspect }) => suspect.deviation.tells);
  const isPart = its?.every((aspect) => own?.includes(aspect)) ?? false;
  const tellsLess = isPart && (its?.length ?? 0) < (own?.length ?? 0);
  return other.foretold.length >= Math.min(enough, one.foretold.length) && !tellsLess;
}
