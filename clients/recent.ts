// The last of many times that something took: their middle and the longest of them.

const remembered = 64;
const relearnedEvery = 16;

export class Recent {
  readonly #timesMs: number[] = [];
  #count = 0;
  #slowestMs = 0;
  #typicalMs = 0;

  /** Takes note of one time, in milliseconds. */
  note(tookMs: number): void {
    this.#timesMs[this.#count % remembered] = tookMs;
    this.#count += 1;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    // Looked over now and then: a time is asked for at every wait, and sorting each time shows.
    if (this.#count % relearnedEvery === 0 || this.#count < relearnedEvery) this.#relearn();
  }

  /** How many were noted, those forgotten included. */
  get count(): number {
    return this.#count;
  }

  /** The longest of the last times, in milliseconds; 0 before the first. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** The median of the last times, in milliseconds; 0 before the first. */
  get typicalMs(): number {
    return this.#typicalMs;
  }

  #relearn(): void {
    const sorted = [...this.#timesMs].sort((one, other) => one - other);
    this.#typicalMs = sorted[sorted.length >> 1] ?? 0;
    this.#slowestMs = sorted.at(-1) ?? 0;
  }
}
