// In which sizes a message fails: a grid of sizes is tried, and every edge that it shows is bisected until two sizes
// that follow one another stand on its two sides.
import { counted, thousands } from '../text/measures.ts';
import { Unfinished, type Experiment, type Notebook, type Trying } from './experiment.ts';
import type { Respect } from './law.ts';
import { patternOf, type Pattern } from './size-pattern.ts';
import { listed } from './words.ts';

export interface LengthOptions {
  /** The experiment with a message of so many bytes. */
  readonly ofSize: (byteCount: number) => Experiment;
  /** A size that fails. */
  readonly failing: number;
  /** No larger message is tried. */
  readonly mostBytes: number;
  /** True where each failure costs a wait: fewer sizes are tried. */
  readonly isCostly: boolean;
  /** What is said of it, say `messages`, and where: ` behind a message of 16 bytes`. */
  readonly noun: string;
  readonly where: string;
}

/** Both sides of an edge are held so often. */
const edgeTimes = 3;
/** Larger messages take several reads: what is seen of them once may come otherwise the next time. */
const surelyOneRead = 8192;
const usualMostBytes = 65_536;
/** A mixed picture names no more sizes than this. */
const namedSizes = 12;

/**
 * The sizes that fail, and those that do not.
 * @throws {Unfinished} where no more can be held, or a size goes both ways
 */
export function* lengths(notebook: Notebook, options: LengthOptions): Trying<Respect> {
  const { ofSize, failing, isCostly } = options;
  const most = Math.max(
    failing,
    Math.min(options.mostBytes, Math.max(usualMostBytes, 2 * failing + 1)),
  );
  const tried = new Map<number, boolean>();
  const look = function* (byteCount: number, times = 1): Trying<boolean> {
    const isWrong = yield* notebook.isWrong(ofSize(byteCount), times);
    tried.set(byteCount, isWrong);
    return isWrong;
  };
  if (!(yield* look(failing, edgeTimes))) throw new Unfinished(false);
  for (const byteCount of grid(failing, most, isCostly)) yield* look(byteCount);
  const pattern = patternOf(tried);
  if (pattern.kind === 'repeating') {
    for (const byteCount of foretold(pattern, tried, most)) yield* look(byteCount, 2);
    const isKept = [...tried].every(([size, isWrong]) => isWrong === fits(pattern, size));
    return isKept ? repeatingWords(pattern, tried, options) : smallestWords(tried, options);
  }
  const runs = yield* bisected(tried, look);
  if (runs === undefined) {
    yield* smallest(tried, look);
    return smallestWords(tried, options);
  }
  return runWords(runs, tried, options);
}

/** Sizes in ascending order: small ones, those around powers of two, round ones, and what lies around `failing`. */
function grid(failing: number, most: number, isCostly: boolean): number[] {
  const around = [failing - 1, failing + 1, 2 * failing - 1, 2 * failing, 2 * failing + 1];
  const powers = Array.from({ length: 17 }, (_, power) => 2 ** power);
  const usual = isCostly
    ? [1, 2, 7, 64, 1000, 4096, 16_384, most]
    : [
        ...powers.filter((size) => size <= surelyOneRead).flatMap((n) => [n - 1, n, n + 1]),
        ...powers,
        ...[5, 10, 20, 50, 100, 200, 500, 1000, 1500, 3000, 6000],
        ...[10_000, 20_001, 30_000, 40_003, 50_000, 60_001],
        ...[3 * failing, 3 * failing + 1, 5 * failing, Math.floor(failing / 2), most - 1, most],
      ];
  return [...new Set([...around, ...usual])]
    .filter((size) => size >= 1 && size <= most)
    .sort((one, other) => one - other);
}

const fits = ({ step, rest }: Extract<Pattern, { kind: 'repeating' }>, size: number): boolean =>
  size % step === rest;

/** Sizes that the pattern says something of and that were not tried yet. */
function foretold(
  { step, rest }: Extract<Pattern, { kind: 'repeating' }>,
  tried: ReadonlyMap<number, boolean>,
  most: number,
): number[] {
  // Also far up, where the usual sizes are few: what holds of small ones need not hold there.
  const far = [4, 3, 2, 1.5, 1].map((part) => Math.floor((most - rest) / part / step));
  return [6, 7, 9, 11, 13, ...far]
    .flatMap((times) => [step * times + rest, step * times + rest + 1, step * times + rest - 1])
    .filter((size) => size >= 1 && size <= most && !tried.has(size));
}

/** Sizes that follow one another and all came to the same. */
interface Run {
  readonly isWrong: boolean;
  readonly first: number;
  readonly last: number;
}

const runsOf = (tried: ReadonlyMap<number, boolean>): Run[] => {
  const runs: { isWrong: boolean; first: number; last: number }[] = [];
  for (const [size, isWrong] of [...tried].sort(([one], [other]) => one - other)) {
    const open = runs.at(-1);
    if (open?.isWrong === isWrong) open.last = size;
    else runs.push({ isWrong, first: size, last: size });
  }
  return runs;
};

const mostRuns = 3;

/** Bisects the edges between the runs; undefined where there are too many for one sentence. */
function* bisected(
  tried: ReadonlyMap<number, boolean>,
  look: (size: number, times?: number) => Trying<boolean>,
): Trying<readonly Run[] | undefined> {
  for (;;) {
    const runs = runsOf(tried);
    if (runs.length > mostRuns) return undefined;
    const edges = runs
      .slice(1)
      .map((run, index) => ({ low: runs[index]?.last ?? 0, high: run.first }));
    const open = edges.find(({ low, high }) => high - low > 1);
    if (open !== undefined) {
      yield* look(Math.floor((open.low + open.high) / 2));
      continue;
    }
    for (const size of edges.flatMap(({ low, high }) => [low, high])) yield* look(size, edgeTimes);
    return runsOf(tried);
  }
}

/** Looks for the smallest size that fails, and makes sure of it and of the one before. */
function* smallest(
  tried: ReadonlyMap<number, boolean>,
  look: (size: number, times?: number) => Trying<boolean>,
): Trying<void> {
  for (;;) {
    const sizes = [...tried.keys()].sort((one, other) => one - other);
    const at = sizes.findIndex((size) => tried.get(size) === true);
    const high = sizes[at] ?? 0;
    const low = sizes[at - 1] ?? 0;
    if (high - low > 1) {
      yield* look(Math.floor((low + high) / 2));
      continue;
    }
    yield* look(high, edgeTimes);
    if (low > 0) yield* look(low, edgeTimes);
    return;
  }
}

const bytes = (size: number): string => counted(size, 'byte');

function countsIn(tried: ReadonlyMap<number, boolean>): { right: number; wrong: number } {
  const wrong = [...tried.values()].filter(Boolean).length;
  return { right: tried.size - wrong, wrong };
}

function runWords(
  runs: readonly Run[],
  tried: ReadonlyMap<number, boolean>,
  { noun, where }: LengthOptions,
): Respect {
  const { right, wrong } = countsIn(tried);
  const most = thousands(Math.max(...tried.keys()));
  const least = thousands(Math.min(...tried.keys()));
  const held = runs.filter(({ isWrong }) => !isWrong);
  const failed = runs.filter(({ isWrong }) => isWrong);
  const largest = Math.max(...tried.keys());
  const span = ({ first, last }: Run): string => {
    if (first < last) return `${thousands(first)} to ${bytes(last)}`;
    // Nothing is known of what lies above.
    return first === largest
      ? `${bytes(first)}, the most that was tried,`
      : `exactly ${bytes(first)}`;
  };
  if (held.length === 0) {
    return {
      dimension: 'length',
      says: `${noun} of every size tried fail${where}: ${counted(wrong, 'size')} from ${least} to ${most} bytes.`,
    };
  }
  return {
    dimension: 'length',
    says: `${noun} of ${listed(failed.map(span))} fail${where}${tally(wrong)}; those of ${listed(held.map(span))} are right${tally(right)}.`,
  };
}

const tally = (count: number): string => (count === 1 ? '' : ` (${counted(count, 'size')} tried)`);

function repeatingWords(
  { step, rest }: Extract<Pattern, { kind: 'repeating' }>,
  tried: ReadonlyMap<number, boolean>,
  { noun, where }: LengthOptions,
): Respect {
  const { right, wrong } = countsIn(tried);
  const which =
    step === 2
      ? `an ${rest === 0 ? 'even' : 'odd'} number of bytes`
      : rest === 0
        ? `a multiple of ${bytes(step)}`
        : rest === step - 1
          ? `one byte less than a multiple of ${bytes(step)}`
          : `${bytes(rest)} more than a multiple of ${bytes(step)}`;
  return {
    dimension: 'length',
    says: `${noun} of ${which} fail${where} (${counted(wrong, 'size')} tried, up to ${thousands(Math.max(...tried.keys()))} bytes); those of ${counted(right, 'other size')} are right.`,
  };
}

function smallestWords(
  tried: ReadonlyMap<number, boolean>,
  { noun, where }: LengthOptions,
): Respect {
  const sizes = [...tried.keys()].sort((one, other) => one - other);
  const first = sizes.find((size) => tried.get(size) === true) ?? 0;
  const above = sizes.filter((size) => size > first);
  const wrong = above.filter((size) => tried.get(size) === true);
  const below = sizes.length - above.length - 1;
  const named =
    wrong.length > 0 && wrong.length <= namedSizes ? ` (${listed(wrong.map(thousands))})` : '';
  const smaller =
    below === 0
      ? ''
      : below === 1
        ? ' The smaller one that was tried is right.'
        : ` The ${below} smaller ones that were tried are right.`;
  return {
    dimension: 'length',
    says: `The smallest of ${noun.toLowerCase()} that fail${where} has ${bytes(first)}.${smaller} Of ${counted(above.length, 'larger size')} tried, ${wrong.length} failed${named}.`,
  };
}
