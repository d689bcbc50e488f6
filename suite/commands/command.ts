// What every sub-command is given and gives back. Only this-process.ts and process-end.ts touch the process.
import type { Command } from 'commander';

/** The outside world, as far as a command may use it. */
export interface Surroundings {
  /** Appends to standard output. */
  readonly write: (text: string) => void;
  /** Appends to standard error. */
  readonly writeError: (text: string) => void;
  /** Standard input; read from the moment somebody iterates, which lasts until its end. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly isTerminal: boolean;
  /** True when standard input is a terminal too: a person can answer a question. */
  readonly canAsk?: boolean;
  readonly useColour: boolean;
  /** True when colours are wanted and the terminal opens links, too. */
  readonly hasLinks?: boolean;
  readonly columns: number;
  /** How many rows the terminal shows; absent where there is none. */
  readonly rows?: number;
  /** The variables of the process; empty when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, or when nobody reads our output any more. */
  readonly signal: AbortSignal;
}

/** Adds its sub-command to `program`; `done` takes the exit status when the action has ended. */
export type DefineCommand = (
  program: Command,
  surroundings: Surroundings,
  done: (exitCode: number) => void,
) => void;

/** What was asked for cannot be done as asked: wrong usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
