// What every report format is: it reads events, then the report, and writes text. It must not
// know where the text goes or how a verdict was reached.
import type { RunEvent } from '../events/events.ts';
import type { Report } from '../events/report.ts';
import type { Rubric } from '../points/rubric.ts';
import type { Reveal } from '../events/reveal.ts';

/** A reporter that cannot be had as asked for: wrong usage, told in a sentence. */
export class ReporterUnavailable extends Error {
  override readonly name = 'ReporterUnavailable';
}

/**
 * `usual`: the causes first, as much as a screen holds. `verbose`: each failure with all of its evidence. `quiet`: the
 * verdict and the causes alone.
 */
export type Detail = 'quiet' | 'usual' | 'verbose';

/** Where a reporter writes, and what may be written there. */
export interface ReporterContext {
  /** Appends text to the terminal, pipe or file. */
  readonly write: (text: string) => void;
  /** True when a line can be drawn again: control bytes are welcome. */
  readonly isTerminal: boolean;
  /** True when colour is wanted; decided by the caller from the terminal and its environment. */
  readonly useColour: boolean;
  /** True when the terminal opens links; not when absent. */
  readonly hasLinks?: boolean;
  /** How many columns a line may have. */
  readonly columns: number;
  /** How many rows are seen at once; 40 when absent. */
  readonly rows?: number;
  /** How much a report for people tells; `usual` when absent. */
  readonly detail?: Detail;
  /** False when the command that runs has no `--seed`: the report then tells nobody to use it. */
  readonly takesSeed?: boolean;
  /** What each promise is worth; absent when nobody said. Only reports with points look at it. */
  readonly rubric?: Rubric;
  /** The capture file of a failed behaviour, where one was written and may be read; nothing when absent. */
  readonly captureOf?: (id: string) => string | undefined;
  /** The variables of the process, for reports that say whose they are; empty when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * How much of a failure may be told, where it is the report itself that has to hide the rest: points
   * are given for mistakes too, and those that were hidden before would seem not to be made.
   */
  readonly reveal?: Reveal;
}

/** One report format at work on one run. */
export interface Reporter {
  /** Called for each event of the run, in order, `run-finished` included. */
  onEvent(event: RunEvent): void;
  /** Called once, after the last event, with what the events amount to. */
  finish(report: Report): void | Promise<void>;
}

/** Makes a reporter that writes to `context`. */
export type OpenReporter = (context: ReporterContext) => Reporter;
