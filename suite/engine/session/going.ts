// The deviations of the server that the run goes on apart from, and what was judged so.
import { wordsOf } from '../../contracts/apart-from/apart-from.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Contract } from '../../contracts/contract.ts';

/** What a deviation does, and the behaviours that it breaks. */
export interface Broken {
  readonly does: string;
  readonly by: readonly string[];
}

export class Going {
  readonly #contract: () => Contract;
  readonly #isCounted: (id: string) => boolean;
  readonly #judgedApart = new Set<string>();
  readonly #unsayable = new Set<string>();
  #deviations: readonly Deviation[] = [];
  /** What was found and is not lived with. */
  #others: readonly Deviation[] = [];

  /** @param isCounted whether a failure of that behaviour would count */
  constructor(contract: () => Contract, isCounted: (id: string) => boolean) {
    this.#contract = contract;
    this.#isCounted = isCounted;
  }

  /** Whoever connects says and hears apart from these; none of a server that conforms so far. */
  get deviations(): readonly Deviation[] {
    return this.#deviations;
  }

  /**
   * From now on the run goes on apart from `deviations`, but for those that break nothing that counts: all would pass,
   * and the fault would be told by nobody.
   */
  apartFrom(deviations: readonly Deviation[]): void {
    const isTold = (one: Deviation): boolean =>
      one.breaks(this.#contract()).some((id) => this.#isCounted(id));
    this.#deviations = deviations.filter(isTold);
    this.#others = deviations.filter((one) => !isTold(one));
  }

  /** Whether one of them breaks that behaviour: it is judged as the contract says, and stands in nobody's way. */
  isBrokenByOne(id: string): boolean {
    return this.#deviations.some((one) => one.breaks(this.#contract()).includes(id));
  }

  /** What is broken by the one beside which nothing of that behaviour shows; undefined where it shows. */
  hiding(id: string): Broken | undefined {
    const one = this.#deviations.find(({ hides = [] }) =>
      hides.some((hidden) => (hidden.endsWith('/') ? id.startsWith(hidden) : id === hidden)),
    );
    return one === undefined ? undefined : { does: one.does, by: one.breaks(this.#contract()) };
  }

  /** Of that behaviour nothing can be said: whatever needs it is tried all the same. */
  sawUnsayable(id: string): void {
    this.#unsayable.add(id);
  }

  /** Whether that behaviour stands in nobody's way, though it did not pass. */
  isExcused(id: string): boolean {
    return this.isBrokenByOne(id) || this.hiding(id) !== undefined || this.#unsayable.has(id);
  }

  /** Whether a client gets one reply and no more. */
  get answersOnce(): boolean {
    return this.#deviations.some(({ answersOnce }) => answersOnce === true);
  }

  /** What is broken by those after whose reply nothing more can be said. */
  get silencing(): Broken {
    const silencing = this.#deviations.filter(({ answersOnce }) => answersOnce === true);
    return {
      does: silencing.map(({ does }) => does).join(' '),
      by: silencing.flatMap((one) => one.breaks(this.#contract())),
    };
  }

  /** A conversation of that behaviour was held apart from them. */
  sawJudgedApart(id: string): void {
    if (this.#deviations.length > 0) this.#judgedApart.add(id);
  }

  /** What a run says of what was found, once; undefined where that is nothing. */
  get notice(): string | undefined {
    const said = (some: readonly Deviation[], what: string): string[] =>
      some.length === 0 ? [] : [...some.map(({ does }) => does), what];
    const sentences = [
      ...said(
        this.#deviations,
        `Everything else is tested apart from that: ${wordsOf(this.#deviations)}.`,
      ),
      ...said(this.#others, 'No test of this run is about that, so it may make any of them fail.'),
    ];
    return sentences.length === 0 ? undefined : sentences.join(' ');
  }

  /** How that behaviour was judged apart from them, in words; undefined where it was judged as it is. */
  howJudged(id: string): string | undefined {
    return this.#judgedApart.has(id) ? wordsOf(this.#deviations) : undefined;
  }
}
