// Whether anybody is answered at all any more. Where many have waited in vain, and nothing was heard by any of them,
// a further one is not waited for at length: it would be the same silence once more.

/** By so many waits at the least: one client that is left alone is another matter. */
const fewest = 4;
/** A server that was like that before is known to be sooner: after this part of the time. */
const partOnceKnown = 0.25;

export class Unanswered {
  readonly #longMs: number;
  #spentMs = 0;
  #waits = 0;
  #countedUntilMs = -Infinity;
  #wasForLong = false;

  /** @param longMs so long nobody must have been answered, in milliseconds of waits that count but once where they overlap */
  constructor(longMs: number) {
    this.#longMs = longMs;
  }

  /** Something came: a byte, or the end of the server's side. */
  sawAnswer(): void {
    this.#spentMs = 0;
    this.#waits = 0;
  }

  /** Takes note of a wait in which nothing came at all; times as of `performance.now()`. */
  sawSilence(startedMs: number, endedMs: number): void {
    this.#waits += 1;
    this.#spentMs += Math.max(0, endedMs - Math.max(startedMs, this.#countedUntilMs));
    this.#countedUntilMs = Math.max(this.#countedUntilMs, endedMs);
  }

  /**
   * True once nobody was answered for long.
   * @param slowestMs how long the slowest of the last replies took: a slow server is given longer
   */
  isForLong(slowestMs: number): boolean {
    const longMs = this.#wasForLong ? partOnceKnown * this.#longMs : this.#longMs;
    const isSo = this.#waits >= fewest && this.#spentMs >= Math.max(longMs, fewest * slowestMs);
    this.#wasForLong ||= isSo;
    return isSo;
  }
}
