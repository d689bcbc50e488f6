// The seeds that there are: what `--seed` takes, what a run draws, and what a report tells.

/** The largest; all payloads of a run follow from a whole number from 0 to this. */
export const mostSeed = 2 ** 31 - 1;

/** One that nobody chose. */
export function randomSeed(): number {
  return Math.floor(Math.random() * (mostSeed + 1));
}

/**
 * The seed as it was given.
 * @throws {RangeError} when it is none
 */
export function checkedSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0 && seed <= mostSeed) return seed;
  throw new RangeError(`seed is ${seed}: expected a whole number from 0 to ${mostSeed}.`);
}
