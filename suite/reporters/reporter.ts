// What every report format is: it reads events, then the report, and writes text. It must not
// know where the text goes or how a verdict was reached.
import type { RunEvent } from '../events/events.ts';
import type { Report } from '../events/report.ts';
import type { Rubric } from '../points/rubric.ts';
import type { Reveal } from '../events/reveal.ts';

/** Where a reporter writes, and what may be written there. */
export interface ReporterContext {
  /** Appends text to the terminal, pipe or file. */
  readonly write: (text: string) => void;
  /** True when a line can be drawn again: control bytes are welcome. */
  readonly isTerminal: boolean;
  /** True when colour is wanted; decided by the caller from the terminal and its environment. */
  readonly useColour: boolean;
  /** How many columns a line may have. */
  readonly columns: number;
  /** False when the command that runs has no `--seed`: the report then tells nobody to use it. */
  readonly takesSeed?: boolean;
  /** What each promise is worth; absent when nobody said. Only reports with points look at it. */
  readonly rubric?: Rubric;
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
