// The children of a crowd that has just left: a look at hundreds of them takes a while, in which they do not get on.

/** A look that takes longer than this, in milliseconds, disturbs what it looks at: */
const longLookMs = 10;
/** so many times as long is left to those that end. */
const restTimes = 3;
const mostLongLooks = 8;

export interface ProcessCount {
  /** Looks at all of the server's processes, and says how many there are. */
  readonly countProcesses: () => Promise<number>;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Waits while a look at the server's processes takes long and there are fewer of them each time, most of the time without
 * a look; at once over for a server of few processes, or of many that stay.
 */
export async function untilFewEnd({
  countProcesses,
  pause,
  now = () => performance.now(),
}: ProcessCount): Promise<void> {
  let before = Infinity;
  for (let nth = 0; nth < mostLongLooks; nth += 1) {
    const startedMs = now();
    const processes = await countProcesses();
    const tookMs = now() - startedMs;
    if (tookMs < longLookMs || processes >= before) return;
    before = processes;
    await pause(restTimes * tookMs);
  }
}
