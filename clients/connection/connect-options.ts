import type { Deadlines } from '../deadline.ts';
import type { Scope } from '../scope.ts';

/** Where a client connects to, and how long it waits. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The port at this end; one that the kernel chooses when absent. */
  readonly localPort?: number;
  readonly deadlines: Deadlines;
  /** The name in the transcript: `A`, `B`, … */
  readonly client?: string;
  /** The `performance.now()` that the transcript's stamps count from. */
  readonly originMs?: number;
  /** Ends the conversation at once, whatever it waits for. */
  readonly signal?: AbortSignal;
  /** Closes the connection when it ends, also one that is only being opened. */
  readonly scope?: Scope;
}
