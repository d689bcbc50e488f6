// When anybody was answered, kept as the gaps between: a silence that lies in one of them may be a pause of the server's.

/** A shorter gap is no silence that anybody would have waited for, in milliseconds. */
const shortestGapMs = 25;

export class AnsweredTimes {
  readonly #gaps: { readonly fromMs: number; readonly toMs: number }[] = [];
  #firstMs = Infinity;
  #lastMs = -Infinity;

  /** Something came, now; as of `performance.now()`. */
  saw(nowMs: number): void {
    if (this.#firstMs === Infinity) this.#firstMs = nowMs;
    else if (nowMs - this.#lastMs >= shortestGapMs) {
      this.#gaps.push({ fromMs: this.#lastMs, toMs: nowMs });
    }
    this.#lastMs = nowMs;
  }

  /** When anything came last; -Infinity before the first time. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Whether anything came between these times, which lie further apart than the shortest gap. */
  hasAny(fromMs: number, toMs: number): boolean {
    if (this.#firstMs >= toMs || this.#lastMs <= fromMs) return false;
    return !this.#gaps.some((gap) => gap.fromMs <= fromMs && gap.toMs >= toMs);
  }
}
