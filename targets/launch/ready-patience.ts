// How long to wait for a server to listen: told from how long it took the first time.

/** A machine that got busy meanwhile makes it slower, but not by more than this. */
const timesSlower = 20;
const shortestMs = 3000;

/**
 * How long a start may take, in milliseconds.
 * @param firstMs how long the first start took; undefined when this is the first
 * @param limitMs what a first start may take, and no later one exceeds
 */
export function readyPatienceMs(firstMs: number | undefined, limitMs: number): number {
  if (firstMs === undefined) return limitMs;
  return Math.min(limitMs, Math.max(shortestMs, timesSlower * firstMs));
}

/** A second instance does what the first did, but for its listener: more than this it never takes. */
const timesSlowerSecond = 8;

/**
 * How long a second instance may take to find the port taken, in milliseconds.
 * @param limitMs what a quick starter may take
 */
export function secondPatienceMs(firstMs: number | undefined, limitMs: number): number {
  return Math.max(limitMs, timesSlowerSecond * (firstMs ?? 0));
}

/** A server that takes longer to listen is a slow starter, in milliseconds. */
export const slowStartMs = 3000;

/** What a reader should know of a start that took `firstMs`: a sentence, or nothing. */
export function slowStartNotices(firstMs: number | undefined): readonly string[] {
  if (firstMs === undefined || firstMs < slowStartMs) return [];
  const seconds = (firstMs / 1000).toFixed(1);
  return [
    `The server took ${seconds} s to listen. The limit of the run counts from then on, and each time that it is started again takes as long.`,
  ];
}
