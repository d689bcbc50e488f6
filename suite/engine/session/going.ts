// The deviations of the server that the run goes on apart from, and what was judged so.
import { wordsOf } from '../../contracts/apart-from/apart-from.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Contract } from '../../contracts/contract.ts';

export class Going {
  readonly #contract: () => Contract;
  readonly #judgedApart = new Set<string>();
  #deviations: readonly Deviation[] = [];

  constructor(contract: () => Contract) {
    this.#contract = contract;
  }

  /** Whoever connects says and hears apart from these; none of a server that conforms so far. */
  get deviations(): readonly Deviation[] {
    return this.#deviations;
  }

  /** From now on the run goes on apart from `deviations`. */
  apartFrom(deviations: readonly Deviation[]): void {
    this.#deviations = deviations;
  }

  /** Whether one of them breaks that behaviour: it is judged as the contract says, and stands in nobody's way. */
  isBrokenByOne(id: string): boolean {
    return this.#deviations.some((one) => one.breaks(this.#contract()).includes(id));
  }

  /** The behaviours that are broken by those after whose reply nothing more can be said. */
  get silencing(): readonly string[] {
    return this.#deviations
      .filter(({ endsSideToHear }) => endsSideToHear === true)
      .flatMap((one) => one.breaks(this.#contract()));
  }

  /** A conversation of that behaviour was held apart from them. */
  sawJudgedApart(id: string): void {
    if (this.#deviations.length > 0) this.#judgedApart.add(id);
  }

  /** How that behaviour was judged apart from them, in words; undefined where it was judged as it is. */
  howJudged(id: string): string | undefined {
    return this.#judgedApart.has(id) ? wordsOf(this.#deviations) : undefined;
  }
}
