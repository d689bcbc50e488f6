// What one attempt at a behaviour's check comes to; check-behaviour.ts makes verdicts of outcomes.
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import type { Violation } from '../../behaviours/behaviour.ts';
import type { GoneServer } from '../session/server-life.ts';

export type Outcome =
  | {
      readonly kind: 'held';
      readonly note: string | undefined;
      readonly conversation: readonly TranscriptRecord[];
    }
  | {
      readonly kind: 'broken';
      readonly violation: Violation;
      readonly conversation: readonly TranscriptRecord[];
      /** Set when the server went away. */
      readonly gone: GoneServer | undefined;
      /** Set when the conversation tells also what was asked further, to see why there was a silence. */
      readonly hasAskedWhy?: true;
    }
  /** The server was not there to begin with. */
  | { readonly kind: 'absent' }
  /** The server did something that the behaviour does not speak of, so that it could not be tried. */
  | { readonly kind: 'hindered'; readonly violation: Violation }
  /** The check could not try what it is about. */
  | { readonly kind: 'untested'; readonly reason: string }
  /** What it says cannot be said to a server with the deviation that the run goes on under. */
  | { readonly kind: 'unsayable' }
  /** Our own side failed, or time ran out: nothing follows for the server. */
  | { readonly kind: 'spoiled'; readonly reason: string };

export type Broken = Extract<Outcome, { kind: 'broken' }>;
export type Held = Extract<Outcome, { kind: 'held' }>;
