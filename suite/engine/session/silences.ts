// Which silences a run has met and confirmed: a further one of the same kind is confirmed with less.
import type { Finding } from '../../events/events.ts';

/** So many confirmed silences say that this server has them. */
const enough = 3;

export class Silences {
  #confirmed = 0;
  readonly #isNothingHeard: () => boolean;

  /** @param isNothingHeard whether the server was silent in the one long wait too */
  constructor(isNothingHeard: () => boolean) {
    this.#isNothingHeard = isNothingHeard;
  }

  /** A failure was seen each time it was asked for. */
  sawConfirmed(kind: Finding['kind']): void {
    if (kind === 'silence') this.#confirmed += 1;
  }

  /** True when a finding of this kind needs to be seen but once more. */
  isKnown(kind: Finding['kind']): boolean {
    return this.#isNothingHeard() || (kind === 'silence' && this.#confirmed >= enough);
  }
}
