// Whose turn it is to be tested: a few at a time, and the others get ready meanwhile.

export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Somebody who has no turn yet. */
  join(): Turn {
    return new Turn(
      async () => {
        if (this.#free > 0) this.#free -= 1;
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
      },
      () => {
        const next = this.#waiting.shift();
        if (next === undefined) this.#free += 1;
        else next();
      },
    );
  }
}

export class Turn {
  readonly #take: () => Promise<void>;
  readonly #giveBack: () => void;
  #taken: Promise<void> | undefined;

  constructor(take: () => Promise<void>, giveBack: () => void) {
    this.#take = take;
    this.#giveBack = giveBack;
  }

  get isAsked(): boolean {
    return this.#taken !== undefined;
  }

  /** Resolves once it is its turn; it stays so until `end`. */
  take(): Promise<void> {
    this.#taken ??= this.#take();
    return this.#taken;
  }

  /** Whoever gives up while it waits hands its turn on when it comes. */
  end(): void {
    void this.#taken?.then(this.#giveBack);
  }
}
