import type { Deadlines } from '../deadline.ts';
import type { Interpreter } from './interpreter.ts';
import type { Scope } from '../scope.ts';

/** Where a client connects to, and how long it waits. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The port at this end; one that the kernel chooses when absent. */
  readonly localPort?: number;
  readonly deadlines: Deadlines;
  /** What stands between the client and the wire; what is said and heard is what goes over it when absent. */
  readonly interpreter?: Interpreter | undefined;
  /** The name in the transcript: `A`, `B`, … */
  readonly client?: string;
  /** The `performance.now()` that the transcript's stamps count from. */
  readonly originMs?: number;
  /** Ends the conversation at once, whatever it waits for. */
  readonly signal?: AbortSignal;
  /** Closes the connection when it ends, also one that is only being opened. */
  readonly scope?: Scope;
}
