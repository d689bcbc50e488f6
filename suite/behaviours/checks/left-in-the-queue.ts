// What is said of a client that was left in the listener's queue, and how it is known again.
import { Violation } from '../behaviour.ts';

const waited = 'one waited in the queue';

/** A client waited in the listener's queue until others came, though the server had nothing to do. */
export class LeftInTheQueue extends Violation {
  constructor(newcomers: number) {
    const others = newcomers === 1 ? 'one more client' : `${newcomers} more clients`;
    super(
      'Of several clients that connected at the same moment one was left in the queue of the listener until others came.',
      {
        kind: 'other',
        expected: 'that all are accepted',
        observed: `${waited}, unanswered; it was accepted when ${others} had connected`,
      },
    );
  }
}

/** What was observed of it, where `finding` is that; undefined for every other. */
export function leftInTheQueue(finding: Violation['finding'] | undefined): string | undefined {
  return finding?.kind === 'other' && finding.observed.startsWith(waited)
    ? finding.observed
    : undefined;
}
