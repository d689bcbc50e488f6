// The replies to the first message of a connection that had more in them than was due.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

/** So much of the beginning is looked at, and so much must have come beyond what was due. */
const sharedBytes = 8;

export interface First {
  readonly failure: Failure;
  readonly head: Buffer;
  readonly sentBytes: number;
  readonly cameBytes: number;
}

export const firstReplies = ({ failures }: Evidence): First[] =>
  failures
    .filter(({ finding, family }) => finding.kind === 'bytes' && family === 'payload')
    .flatMap((failure) =>
      turnsOf(failure)
        .filter(({ past, writes }) => past.length === 0 && writes === 1)
        .map(({ sent, received }) => ({
          failure,
          head: received.head.subarray(0, sharedBytes),
          sentBytes: sent.length,
          cameBytes: received.length,
        })),
    )
    .filter(
      ({ head, sentBytes, cameBytes }) =>
        head.length === sharedBytes && cameBytes - sentBytes >= sharedBytes,
    );

/** The failures that hold such replies, the most telling first. */
export function failuresOf(evidence: Evidence, replies: readonly First[]): AnyBehaviourId[] {
  const failures = new Set(replies.map(({ failure }) => failure));
  return idsWhere(evidence, (one) => failures.has(one), ['payload/one-message']);
}
