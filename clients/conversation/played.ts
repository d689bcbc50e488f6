// What comes of a conversation that was played: that the server kept to it, or where it did not and how.
import type { Received } from '../connection/received.ts';
import type { TranscriptRecord } from '../transcript.ts';
import type { EndBy } from './conversation.ts';

/** Where in the replies to one client an expectation began. */
export interface PlaceInReplies {
  /** How many bytes were right before. */
  readonly verifiedBytes: number;
  /** The last of them. */
  readonly tail: Buffer;
}

/** What the server did instead of what is expected. */
export type Mismatch =
  /** Other bytes than `expected`, or not all of them. */
  | {
      readonly kind: 'reply';
      readonly expected: Buffer;
      readonly received: Received;
      readonly place: PlaceInReplies;
    }
  /** Not what was awaited, in words, where no bytes are expected by name. */
  | {
      readonly kind: 'missing';
      readonly awaited: string;
      readonly received: Received;
      readonly place: PlaceInReplies;
    }
  /** Bytes came where the end was expected. */
  | { readonly kind: 'excess'; readonly received: Received; readonly place: PlaceInReplies }
  /** The end did not come, or came the other way. */
  | {
      readonly kind: 'end';
      readonly awaited: Exclude<EndBy, 'any'>;
      readonly received: Received;
      readonly place: PlaceInReplies;
    }
  /** The server took no more of what was sent. */
  | { readonly kind: 'not-taken'; readonly by: 'silence' | 'reset'; readonly place: PlaceInReplies }
  | { readonly kind: 'refused'; readonly code: string };

/** The step at which the server did something else. */
export interface PlayedStep {
  /** Where the step stands in the conversation: `steps[2].steps[0]`. */
  readonly place: string;
  /** Which time it was played, from 1 on. */
  readonly turn: number;
  /** The step in words. */
  readonly words: string;
}

/** What came of a conversation; `records` are the last of its connections, as they went. */
export type Played =
  | {
      readonly kind: 'kept';
      readonly playedSteps: number;
      readonly records: readonly TranscriptRecord[];
    }
  | {
      readonly kind: 'mismatch';
      readonly step: PlayedStep;
      readonly mismatch: Mismatch;
      /** What was done up to there, a line a step, the middle of a long one left out. */
      readonly words: readonly string[];
      readonly records: readonly TranscriptRecord[];
    };

/** How the server's side ended for a client: `open` when it did not, `left` when the client went first. */
export type HeardEnd = 'fin' | 'reset' | 'open' | 'left' | 'refused';

/** What one client received, and how it ended, where nothing was held against the server. */
export interface Heard {
  readonly received: Buffer;
  readonly end: HeardEnd;
  /** Bytes received after each of this client's steps, by the number of the played step, from 0 on. */
  readonly marks: ReadonlyMap<number, number>;
}
