import type { TranscriptRecord } from '../../clients/transcript.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Finding, Tally } from '../events/events.ts';
import type { Given } from '../behaviours/given.ts';

/** All that is known of a failure. */
export interface FailureFacts {
  readonly behaviour: string;
  readonly requirement: string;
  readonly summary: string;
  readonly contract: Contract;
  readonly seed: number;
  readonly given: Given | undefined;
  /** What was found, and how it came to that; absent when only a token is at hand. */
  readonly seen:
    | {
        readonly finding: Finding;
        readonly conversation: readonly TranscriptRecord[];
        readonly tally: Tally;
      }
    | undefined;
  readonly token: string;
}
