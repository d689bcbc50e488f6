// What a cause is: one mistake, how it is recognised, and how it is mended.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { Confidence } from '../events/events.ts';
import type { Evidence, Failure } from './evidence.ts';
import type { MendName } from './snippets/mends.ts';

/** What the evidence says for one cause. */
export interface Match {
  readonly confidence: Confidence;
  /** How it shows in this very run, a sentence or two with the evidence. */
  readonly shows: string;
  /** Ids of the failures that it explains, the most telling first. */
  readonly explains: readonly AnyBehaviourId[];
}

/** One mistake that people make. */
export interface CauseRule<Id extends string = string> {
  /** Says what the server does: `reply-ends-at-nul`; stable for ever. */
  readonly id: Id;
  readonly title: string;
  /** How it shows, whatever the server: a sentence. */
  readonly sign: string;
  /** What it looks like in a program, a sentence or two. */
  readonly mistake: string;
  readonly mend: MendName;
  /** What speaks for it; undefined when nothing does. Knows of no other cause. */
  readonly matches: (evidence: Evidence) => Match | undefined;
  /** Failures that may follow from it, counted to it where nothing else explains them. */
  readonly spreads?: (failure: Failure) => boolean;
}

/** The cards of a family: what is said of a cause, before it is known how it is recognised. */
export type Card<Id extends string = string> = Omit<CauseRule<Id>, 'matches'>;
