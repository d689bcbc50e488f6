// What a class's process and the process of one submission say to each other.
import type { SubmissionSource } from '../../../targets/submissions/submissions.ts';
import { byteCount, count } from '../../events/number-shapes.ts';
import { object, oneOf } from '../../events/shape.ts';
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
}

/** To the worker. */
export type Order =
  | Job
  | { readonly type: 'stop'; readonly reason: string }
  /** The machine is quiet from now on, as was asked for. */
  | { readonly type: 'quiet' };

/** From the worker, once: it goes on when it was told that the machine is quiet. */
export const askForQuiet = { type: 'asks-for-quiet' } as const;

/** From the worker, every two seconds at least while it is well. */
export interface SignOfLife {
  readonly type: 'alive';
  readonly stage: 'building' | 'judging' | 'waiting' | 'judging-again' | 'writing';
  /** Behaviours that have a verdict, and how many there are; 0 of 0 before. */
  readonly judged: number;
  readonly of: number;
  /** Of the worker itself, in bytes. */
  readonly residentBytes: number;
}

const signShape = object({
  type: oneOf('alive'),
  stage: oneOf('building', 'judging', 'waiting', 'judging-again', 'writing'),
  judged: count,
  of: count,
  residentBytes: byteCount,
});

export const signOfLifeMs = 2000;
export const resultFile = 'result.json';
export const eventsFile = 'events.ndjson';
export const reportFile = 'report.json';

export function isAskForQuiet(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === askForQuiet.type
  );
}

/** Whether a message of another process is a sign of life; whatever else it says is not heard. */
export function isSignOfLife(message: unknown): message is SignOfLife {
  return signShape(message, 'it') === null;
}
