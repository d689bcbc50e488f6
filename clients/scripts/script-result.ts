// What comes of a script that was played: that the server kept to it, or where it did not and how.
import type { Received } from '../received.ts';
import type { ScriptEnd } from './script.ts';
import type { TranscriptRecord } from '../transcript.ts';

/** Where in the replies to one client an expectation began. */
export interface ScriptPlace {
  /** How many bytes were right before. */
  readonly verifiedBytes: number;
  /** The last of them. */
  readonly tail: Buffer;
}

/** What the server did instead of what the script expects. */
export type Mismatch =
  /** Other bytes than `expected`, or not all of them. */
  | {
      readonly kind: 'reply';
      readonly expected: Buffer;
      readonly received: Received;
      readonly place: ScriptPlace;
    }
  /** Not what was awaited, in words, where no bytes are expected by name. */
  | {
      readonly kind: 'missing';
      readonly awaited: string;
      readonly received: Received;
      readonly place: ScriptPlace;
    }
  /** Bytes came where the end was expected. */
  | { readonly kind: 'excess'; readonly received: Received; readonly place: ScriptPlace }
  /** The end did not come, or came the other way. */
  | {
      readonly kind: 'end';
      readonly awaited: ScriptEnd;
      readonly received: Received;
      readonly place: ScriptPlace;
    }
  /** The server took no more of what was sent. */
  | { readonly kind: 'not-taken'; readonly by: 'silence' | 'reset'; readonly place: ScriptPlace }
  | { readonly kind: 'refused'; readonly code: string };

export interface PlayedStep {
  /** Where the step stands in the script: `steps[2].steps[0]`. */
  readonly place: string;
  /** Which time it was played, from 1 on. */
  readonly turn: number;
  /** The step in words. */
  readonly words: string;
}

/** What came of a script; `records` are the last of its connections, as they went. */
export type ScriptResult =
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
