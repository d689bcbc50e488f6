// How many conversations are held side by side with a server that is slow: more while its replies
// take no longer for it, fewer when they do.

const fewest = 2;
const atFirst = 16;
/** Fewer clients at once than any server with room for many is asked to serve. */
export const mostSlots = 40;
/** Replies that take so many times longer than they did alone wait for one another. */
const congestion = 2.5;

/** Places for conversations; who finds none waits for one. */
export class Slots {
  readonly #strain: () => number;
  readonly #waiting: (() => void)[] = [];
  #limit = atFirst;
  #taken = 0;

  /** @param strain how many times longer a reply takes now than it took alone */
  constructor(strain: () => number) {
    this.#strain = strain;
  }

  /** How many there may be at once by now. */
  get limit(): number {
    return this.#limit;
  }

  /** Waits for a place, and keeps it until `converse` is over. */
  async hold<Value>(converse: () => Promise<Value>): Promise<Value> {
    if (this.#taken < this.#limit) this.#taken += 1;
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    try {
      return await converse();
    } finally {
      this.#taken -= 1;
      this.#adapt();
      this.#admit();
    }
  }

  #adapt(): void {
    const isCongested = this.#strain() > congestion;
    this.#limit = isCongested
      ? Math.max(fewest, Math.floor(0.7 * this.#limit))
      : Math.min(mostSlots, this.#limit + 1);
  }

  /** Gives places to those who wait, as far as there are any. */
  #admit(): void {
    while (this.#taken < this.#limit) {
      const enter = this.#waiting.shift();
      if (enter === undefined) return;
      this.#taken += 1;
      enter();
    }
  }
}
