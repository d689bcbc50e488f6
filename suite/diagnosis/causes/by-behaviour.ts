// Causes that have a behaviour of their own: its failure is what shows them.
import { aboutRun, type AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { Confidence, Finding } from '../../events/events.ts';
import type { Card, CauseRule } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import { failedOf } from '../reading.ts';

/** A cause that shows in behaviours of its own, the most telling first. */
export interface ByBehaviour<Id extends string = string> extends Card<Id> {
  readonly by: readonly AnyBehaviourId[];
  /** What such a behaviour must have found, where several causes show in the same one. */
  readonly when?: (finding: Finding, evidence: Evidence) => boolean;
  /** What must be known for more than a possible cause: without it, another cause would show the same. */
  readonly isToldApart?: (evidence: Evidence) => boolean;
  /** True when the failure has been seen a second time, in another way, by the time that it is found. */
  readonly isSeenTwice?: (finding: Finding) => boolean;
  /** True when the server may have gone of it. */
  readonly mayDie?: boolean;
  /** Failures that follow from it. */
  readonly also?: readonly AnyBehaviourId[];
}

/** A rule for what shows in behaviours of its own. */
export function byBehaviour<const Id extends string>({
  by,
  when,
  also = [],
  mayDie = false,
  isToldApart,
  isSeenTwice,
  ...card
}: ByBehaviour<Id>): CauseRule<Id> {
  return {
    ...card,
    matches: (evidence) => {
      const told = failedOf(evidence, by).filter((id) => {
        const failure = evidence.failure(id);
        return (
          failure !== undefined &&
          (mayDie || failure.finding.kind !== 'died') &&
          (when?.(failure.finding, evidence) ?? true)
        );
      });
      const [id] = told;
      const failure = id === undefined ? undefined : evidence.failure(id);
      if (failure === undefined) return undefined;
      const observed = failure.finding.kind === 'other' ? failure.finding.observed : undefined;
      // What the system or a target said is a sentence already.
      const seen = observed === undefined ? '' : ` Seen: ${observed.replace(/\.$/u, '')}.`;
      return {
        confidence: confidenceOf(
          failure,
          isToldApart?.(evidence) ?? true,
          isSeenTwice?.(failure.finding) ?? false,
        ),
        shows: `${failure.verdict.summary}${seen}`,
        explains: [...told, ...failedOf(evidence, mayDie ? [...also, ...aboutRun] : also)],
      };
    },
  };
}

function confidenceOf(
  { verdict }: Failure,
  isToldApart: boolean,
  isSeenTwice: boolean,
): Confidence {
  if (!isToldApart) return 'possible';
  return verdict.tally.failed >= 2 || isSeenTwice ? 'certain' : 'likely';
}
