// How much a run does, and how long it waits: what commands that judge take alike.
import type { RunOptions } from '../../engine/run.ts';

/** As the command line says it: milliseconds for `timeout`, seconds for `timeLimit`. */
export interface RunChoices {
  readonly cases?: number;
  readonly clients?: number;
  readonly timeout?: number;
  readonly timeLimit?: number;
  readonly jobs?: number;
  readonly strict?: boolean;
}

/** What of `choices` was given, as a run takes it. */
export function runChoices({
  cases,
  clients,
  timeout,
  timeLimit,
  jobs,
  strict,
}: RunChoices): Pick<
  RunOptions,
  'cases' | 'clients' | 'timeoutMs' | 'limitMs' | 'jobs' | 'strict'
> {
  return {
    ...(cases === undefined ? {} : { cases }),
    ...(clients === undefined ? {} : { clients }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(timeLimit === undefined ? {} : { limitMs: timeLimit * 1000 }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(strict === undefined ? {} : { strict }),
  };
}
