// What a class's process and the process of one submission say to each other.
import type { SubmissionSource } from '../../../targets/submissions/submissions.ts';
import type { GradeSettings } from './settings.ts';

/** One submission's grading, as its process is told it. */
export interface Job {
  readonly type: 'grade';
  readonly source: SubmissionSource;
  readonly fingerprint: string;
  readonly settings: GradeSettings;
  /** Where it is unpacked and built; removed by whoever gave the job. */
  readonly workFolder: string;
  /** Where its events, its report and, last of all, its result are written. */
  readonly outFolder: string;
  /** True when other submissions are graded on this machine at the same time. */
  readonly isShared: boolean;
  /** True when the process may be given another job after this one. */
  readonly mayBeFollowed: boolean;
}

/** To the worker. */
export type Order =
  | Job
  | { readonly type: 'stop'; readonly reason: string }
  /** The machine is quiet from now on, as was asked for. */
  | { readonly type: 'quiet' }
  /** It may be tested now, as was asked for. */
  | { readonly type: 'turn' };

/** From the worker, once a job: it goes on when it was told that the machine is quiet. */
export const askForQuiet = { type: 'asks-for-quiet' } as const;

/** From the worker, once a job that is shared: it tests when it was told that it is its turn. */
export const askForTurn = { type: 'asks-for-turn' } as const;

/** From the worker, last of a job: its result is written, and it can be given another one. */
export const isReady = { type: 'is-ready' } as const;

export const signOfLifeMs = 2000;
export const resultFile = 'result.json';
export const eventsFile = 'events.ndjson';
export const reportFile = 'report.json';

export const isAskForQuiet = (message: unknown): boolean => isOfType(message, askForQuiet.type);

export const isAskForTurn = (message: unknown): boolean => isOfType(message, askForTurn.type);

export const saysItIsReady = (message: unknown): boolean => isOfType(message, isReady.type);

function isOfType(message: unknown, type: string): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === type
  );
}
