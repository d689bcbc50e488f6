import type { RunEvent } from '../../events/events.ts';

/** Something that may change while nobody judges. */
export interface Watched {
  /** What is watched and what makes a new run, one sentence. */
  readonly words: string;
  /** A run begins, and ends: changes of ours are told from those of others. */
  readonly runBegins: () => void;
  readonly runEnds: (contract: Served | undefined) => void;
  /** Resolves with the reason for the next run, a few words; rejects when `signal` is aborted. */
  readonly next: (signal: AbortSignal) => Promise<string>;
  readonly close: () => void;
}

/** How many clients the judged server serves. */
export type Served = Extract<RunEvent, { type: 'contract-found' }>['contract']['serves'];
