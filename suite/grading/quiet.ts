// Keeps a machine quiet for those who are judged again: what looked slow or lost among others must show
// by itself. Others finish what they are at, and nobody begins meanwhile.

export class Quiet {
  readonly #capacity: number;
  #busy = 0;
  #held = 0;
  readonly #asking: (() => void)[] = [];
  readonly #atTheDoor: (() => void)[] = [];

  /** @param capacity how many may have quiet together: a client and a server want a processor each */
  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  /** Resolves once one may begin among others. */
  async enter(): Promise<QuietPlace> {
    await this.#begin();
    return new QuietPlace({
      begin: () => this.#begin(),
      leaveBusy: () => {
        this.#busy -= 1;
        this.#next();
      },
      ask: () =>
        new Promise((resolve) => {
          this.#asking.push(resolve);
          this.#busy -= 1;
          this.#next();
        }),
      leaveQuiet: () => {
        this.#held -= 1;
        this.#next();
      },
    });
  }

  async #begin(): Promise<void> {
    if (this.#asking.length > 0 || this.#held > 0) {
      await new Promise<void>((resolve) => this.#atTheDoor.push(resolve));
    } else {
      this.#busy += 1;
    }
  }

  #next(): void {
    while (this.#busy === 0 && this.#held < this.#capacity) {
      const grant = this.#asking.shift();
      if (grant === undefined) break;
      this.#held += 1;
      grant();
    }
    if (this.#asking.length > 0 || this.#held > 0) return;
    for (const open of this.#atTheDoor.splice(0)) {
      this.#busy += 1;
      open();
    }
  }
}

interface Moves {
  readonly begin: () => Promise<void>;
  readonly leaveBusy: () => void;
  readonly ask: () => Promise<void>;
  readonly leaveQuiet: () => void;
}

/** One that is under way. */
export class QuietPlace {
  readonly #moves: Moves;
  #state: 'busy' | 'aside' | 'asking' | 'quiet' | 'gone' = 'busy';
  #asked: Promise<void> | undefined;

  constructor(moves: Moves) {
    this.#moves = moves;
  }

  /** Resolves once the machine is quiet; it stays so until `leave`. */
  quiet(): Promise<void> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  /**
   * Waits for `turn`, and holds up nobody meanwhile: as if it had left, and came again. Who has the machine to itself
   * needs no turn.
   */
  async stepAside(turn: () => Promise<void>): Promise<void> {
    if (this.#state !== 'busy') return;
    this.#state = 'aside';
    this.#moves.leaveBusy();
    await turn();
    await this.#moves.begin();
    this.#back();
  }

  /** Whoever gives up while it waits hands its turn on when it comes. */
  leave(): void {
    const before = this.#state;
    this.#state = 'gone';
    if (before === 'busy') this.#moves.leaveBusy();
    else if (before === 'quiet') this.#moves.leaveQuiet();
  }

  async #ask(): Promise<void> {
    if (this.#state !== 'busy') return;
    this.#state = 'asking';
    await this.#moves.ask();
    this.#granted();
  }

  #back(): void {
    if (this.#state === 'aside') this.#state = 'busy';
    else this.#moves.leaveBusy();
  }

  #granted(): void {
    if (this.#state === 'asking') this.#state = 'quiet';
    else this.#moves.leaveQuiet();
  }
}
