// Whether the same conversation fails each time; and where it does not, each how many-th it is, or how rare it is.
import { counted, thousands } from '../text/measures.ts';
import { hold, Unfinished, type Experiment, type Trying } from './experiment.ts';
import { rateOf, type Law, type Rate } from './law.ts';
import { ordinal } from './words.ts';

/** A series is no longer than this, unless too few of it have failed by then to say how rare that is. */
const mostTimes = 400;
const mostTimesForRare = 2000;
const fewFailures = 5;
/** One that failed each time, where it was confirmed, and not once in so many: it is not this that fails. */
const mostTimesOfSteady = 60;
/** Where each costs a wait. */
const mostTimesOfCostly = 10;
/** Fewer tell no rate. */
const fewestTimes = 20;
/** A rhythm is believed when it foretold so many conversations rightly, and three of its failures. */
const foretoldTimes = 24;
const foretoldFailures = 3;
/** Each so many-th at the most. */
const longestRhythm = 64;

/** So many in a row make a turn of the server believed. */
const settledTimes = 24;
/** What a server does from some conversation on is counted again on so many that were just started. */
const starts = 2;

export interface RarityOptions {
  /** Whether the server can be started anew. */
  readonly canStartAgain: boolean;
  /** True where it failed each time before, for a reason that does not come with the number of clients. */
  readonly wasSteady?: boolean;
  /** True where it takes a wait each time; not when absent. */
  readonly isCostly?: boolean;
}

/**
 * Holds the same conversation again and again, one after another.
 * @returns undefined where it did not fail once, or was held too few times
 */
export function* rarity(
  experiment: Experiment,
  { canStartAgain, wasSteady = false, isCostly = false }: RarityOptions,
): Trying<Law | undefined> {
  const steadyTimes = wasSteady ? (isCostly ? mostTimesOfCostly : mostTimesOfSteady) : undefined;
  const series = yield* seriesOf(experiment, canStartAgain && !wasSteady, steadyTimes);
  const turn = turnOf(series);
  if (turn !== undefined) {
    const isKept = canStartAgain && (yield* turnsAgain(experiment, turn));
    return { respects: [{ dimension: 'repetition', says: turnWords(turn, series, isKept) }] };
  }
  const rhythm = rhythmOf(series);
  if (rhythm !== undefined) return rhythmLaw(rhythm, series);
  const failed = series.filter(Boolean).length;
  if (failed === 0 || failed === series.length || series.length < fewestTimes) return undefined;
  const rate = rateOf(failed, series.length);
  return { respects: [{ dimension: 'repetition', says: rateWords(rate) }], rate };
}

function rateWords({ failed, of, lowest, highest }: Rate): string {
  const times = counted(of, 'time');
  const onceIn = (share: number): string => thousands(Math.round(1 / share));
  const head = `The same conversation failed ${failed} of ${times} that it was held, one after another: if that is chance, it fails`;
  if (highest < rareShare && lowest > 0) {
    return `${head} about once in ${onceIn(failed / of)} times, and between once in ${onceIn(lowest)} and once in ${onceIn(highest)} (95 % confidence).`;
  }
  const percent = (share: number): string =>
    `${share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100).toString()} %`;
  return `${head} between ${percent(lowest)} and ${percent(highest)} of the time (95 % confidence).`;
}

/** What fails less often than this is told as once in so many times. */
const rareShare = 0.02;

/**
 * What came of each conversation, in order: true where it failed. It ends early where a rule was kept for long.
 * @param steadyTimes after so many without a failure it is not this that fails; undefined where it may be rare
 */
function* seriesOf(
  experiment: Experiment,
  isFresh: boolean,
  steadyTimes: number | undefined,
): Trying<boolean[]> {
  const series: boolean[] = [];
  const isEnough = (): boolean => {
    const failed = series.filter(Boolean).length;
    const isRare = failed > 0 && failed < fewFailures;
    if (steadyTimes !== undefined && failed === 0) return series.length >= steadyTimes;
    return series.length >= (isRare ? mostTimesForRare : mostTimes);
  };
  try {
    while (!isEnough()) {
      const isFirst = series.length === 0 && isFresh;
      const held = isFirst ? { ...experiment, isFresh: true as const } : experiment;
      series.push((yield* hold(held)) === 'wrong');
      if (turnOf(series) !== undefined || rhythmOf(series) !== undefined) break;
    }
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
  }
  return series;
}

/** A server that changes once: what it does from then on. */
interface ServerTurn {
  /** So many conversations went the other way before. */
  readonly before: number;
  readonly isWrong: boolean;
}

/** Where a series goes one way first and the other ever after; a failure among the first is needed for nothing. */
function turnOf(series: readonly boolean[]): ServerTurn | undefined {
  const isWrong = series.at(-1);
  if (isWrong === undefined) return undefined;
  const before = series.lastIndexOf(!isWrong) + 1;
  if (before === 0 || series.length - before < settledTimes) return undefined;
  return series.slice(0, before).every((one) => one !== isWrong) ? { before, isWrong } : undefined;
}

/** Whether fresh servers turn at the same conversation. */
function* turnsAgain(experiment: Experiment, { before, isWrong }: ServerTurn): Trying<boolean> {
  try {
    for (let start = 0; start < starts; start += 1) {
      for (let nth = 0; nth <= before; nth += 1) {
        const held = nth === 0 ? { ...experiment, isFresh: true as const } : experiment;
        const expected = nth === before ? isWrong : !isWrong;
        if (((yield* hold(held)) === 'wrong') !== expected) return false;
      }
    }
    return true;
  } catch (error) {
    if (error instanceof Unfinished) return false;
    throw error;
  }
}

function turnWords(
  { before, isWrong }: ServerTurn,
  series: readonly boolean[],
  isKept: boolean,
): string {
  const after = series.length - before;
  const first = before === 1 ? 'the first conversation' : `the first ${before} conversations`;
  const how = isWrong
    ? `${first} ${before === 1 ? 'is' : 'are'} right and each of the ${after} after ${before === 1 ? 'it' : 'them'} fails`
    : `${first} ${before === 1 ? 'fails' : 'fail'} and each of the ${after} after ${before === 1 ? 'it' : 'them'} is right`;
  return isKept
    ? `It hangs on how many came before: of the same conversation, held again and again on a server that was just started, ${how}; at ${starts} further starts it turned at the same one.`
    : `Held again and again, one after another, ${how}.`;
}

/**
 * The distance of failures that all follow one another at the same distance, where that was foretold often enough: it
 * is read off the first two and has to be kept by all that came later.
 */
function rhythmOf(series: readonly boolean[]): number | undefined {
  const first = series.indexOf(true);
  const second = series.indexOf(true, first + 1);
  const rhythm = second - first;
  if (first < 0 || second < 0 || rhythm < 2 || rhythm > longestRhythm || first >= rhythm)
    return undefined;
  const later = series.slice(second + 1);
  const failures = later.filter(Boolean).length;
  if (later.length < foretoldTimes || failures < foretoldFailures) return undefined;
  const isKept = later.every((isWrong, index) => isWrong === ((index + 1) % rhythm === 0));
  return isKept ? rhythm : undefined;
}

function rhythmLaw(rhythm: number, series: readonly boolean[]): Law {
  const failed = series.filter(Boolean).length;
  return {
    respects: [
      {
        dimension: 'repetition',
        says: `Of the same conversation, held again and again on fresh connections, every ${ordinal(rhythm)} fails and the others are right (${failed} of ${series.length} failed, each in its turn).`,
      },
    ],
  };
}
