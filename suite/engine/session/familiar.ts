// Which silences and which deaths of the server a run has met and confirmed: a further one is confirmed with less.
// Each time costs a wait, or a start.
import type { Finding } from '../../events/events.ts';

/** So many that were confirmed, each as often as any failure, say that this server has them. */
const enough = 1;
/** A message of so many bytes is a large one: it fits into no buffer that a server is likely to have. */
const largeBytes = 256 * 1024;

export class Familiar {
  readonly #confirmed = { silence: 0, died: 0 };
  #isLargeUnanswered = false;
  readonly #isNothingHeard: () => boolean;

  /** @param isNothingHeard whether the server was silent in the one long wait too */
  constructor(isNothingHeard: () => boolean) {
    this.#isNothingHeard = isNothingHeard;
  }

  /** A failure was seen each time it was asked for. */
  sawConfirmed(finding: Finding): void {
    const { kind } = finding;
    if (kind === 'silence' || kind === 'died') this.#confirmed[kind] += 1;
    this.#isLargeUnanswered ||= isLargeUnanswered(finding);
  }

  /** True when a finding of this kind needs to be seen but once more. */
  isKnown(kind: Finding['kind']): boolean {
    if (this.#isNothingHeard()) return true;
    return (kind === 'silence' || kind === 'died') && this.#confirmed[kind] >= enough;
  }

  /** True when earlier clients met with the very same, and it need not be seen again: a large message without any reply. */
  isSeenBefore(finding: Finding): boolean {
    return this.#isLargeUnanswered && isLargeUnanswered(finding);
  }
}

const isLargeUnanswered = (finding: Finding): boolean =>
  finding.kind === 'silence' &&
  finding.observed.length === 0 &&
  finding.expected.length >= largeBytes;
