// Who closes what was opened: a scope owns each of its connections from before the connect, so that
// one which is still under way when the scope ends is closed as surely as one that is in use.

/** What a scope owns. */
export interface Owned {
  /** True until its connect has succeeded or failed. */
  readonly isOpening: boolean;
  /** Closes it at once. */
  destroy(): void;
}

/** Thrown to whoever goes on when its scope takes nothing more. */
class ScopeEnded extends Error {
  override readonly name = 'ScopeEnded';
}

/** One for all attempts: hundreds end in a run, and the stack that each error takes down tells nothing. */
const attemptOver = new ScopeEnded('This attempt is over.');

export class Scope {
  readonly #outer: Scope | undefined;
  readonly #owned = new Set<Owned>();
  readonly #inner = new Set<Scope>();
  readonly #whenOver = new Set<(reason: Error) => void>();
  #reason: Error | undefined;
  #isEnded = false;

  constructor(outer?: Scope) {
    this.#outer = outer;
    this.#reason = outer?.reason;
    if (outer !== undefined && this.#reason === undefined) outer.#inner.add(this);
  }

  /** Why it takes nothing more; undefined while it does. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** How many connections are its own, those of scopes inside it included. */
  get openCount(): number {
    let count = this.#owned.size;
    for (const inner of this.#inner) count += inner.openCount;
    return count;
  }

  /** @throws {Error} the reason, when it takes nothing more */
  throwIfOver(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /**
   * Takes `one` into its care.
   * @throws {Error} the reason, when it takes nothing more
   */
  own(one: Owned): void {
    this.throwIfOver();
    this.#owned.add(one);
  }

  /** `one` is closed, and needs no more care. */
  release(one: Owned): void {
    this.#owned.delete(one);
  }

  /**
   * Calls `act` once when the scope takes nothing more, at once when that is so already.
   * @returns a function that calls it off
   */
  onOver(act: (reason: Error) => void): () => void {
    if (this.#reason !== undefined) {
      act(this.#reason);
      return () => undefined;
    }
    this.#whenOver.add(act);
    return () => {
      this.#whenOver.delete(act);
    };
  }

  /**
   * Waits for `something`, but no longer than until the scope takes nothing more.
   * @throws {Error} the reason for that, or whatever `something` throws
   */
  async during<Result>(something: Promise<Result>): Promise<Result> {
    something.catch(() => undefined);
    this.throwIfOver();
    let stopWaiting = (): void => undefined;
    const over = new Promise<never>((_, reject) => {
      stopWaiting = this.onOver(reject);
    });
    try {
      return await Promise.race([something, over]);
    } finally {
      stopWaiting();
    }
  }

  /**
   * From now on it takes nothing more, and whoever waits in it is told so. What is only being opened
   * is closed; what is open may still be ended in good order, until `end`.
   */
  seal(reason: Error = attemptOver): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const inner of [...this.#inner]) inner.seal(reason);
    for (const act of [...this.#whenOver]) act(reason);
    this.#whenOver.clear();
    for (const one of [...this.#owned]) if (one.isOpening) one.destroy();
  }

  /** Closes all it owns, scopes inside it included. */
  end(reason?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.seal(reason);
    for (const inner of [...this.#inner]) inner.end(reason);
    for (const one of [...this.#owned]) one.destroy();
    this.#owned.clear();
    if (this.#outer !== undefined) this.#outer.#inner.delete(this);
  }
}
