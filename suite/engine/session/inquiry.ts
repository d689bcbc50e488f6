// While it is found out how the server went, nothing else begins: whatever did would be in the way, and
// might be blamed.

export class Inquiry {
  #open = 0;

  /** True while one is under way. */
  get isUnderWay(): boolean {
    return this.#open > 0;
  }

  /** Carries out what may come to hold up the others: from `begin` on they wait, until it is over. */
  async during<Value>(inquire: (begin: () => void) => Promise<Value>): Promise<Value> {
    const own = { count: 0 };
    const begin = (): void => {
      this.#open += 1 - own.count;
      own.count = 1;
    };
    try {
      return await inquire(begin);
    } finally {
      this.#open -= own.count;
    }
  }
}
