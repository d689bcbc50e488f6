// Which silences and which deaths of the server a run has met and confirmed: a further one is confirmed with less.
// Each time costs a wait, or a start.
import type { Finding } from '../../events/events.ts';

/** So many that were confirmed, each as often as any failure, say that this server has them. */
const enough = 1;

export class Familiar {
  readonly #confirmed = { silence: 0, died: 0 };
  readonly #isNothingHeard: () => boolean;

  /** @param isNothingHeard whether the server was silent in the one long wait too */
  constructor(isNothingHeard: () => boolean) {
    this.#isNothingHeard = isNothingHeard;
  }

  /** A failure was seen each time it was asked for. */
  sawConfirmed(kind: Finding['kind']): void {
    if (kind === 'silence' || kind === 'died') this.#confirmed[kind] += 1;
  }

  /** True when a finding of this kind needs to be seen but once more. */
  isKnown(kind: Finding['kind']): boolean {
    if (this.#isNothingHeard()) return true;
    return (kind === 'silence' || kind === 'died') && this.#confirmed[kind] >= enough;
  }
}
