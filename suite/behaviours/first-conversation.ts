// What was said on the first connection of a run: all there is where a server serves one client and is
// gone, or where a person types at it.
import type { Connection, Received } from '../../clients/connection/connection.ts';
import type { Contract } from '../contracts/contract.ts';

export interface Exchange {
  /** What the client sent; where an operator opens, what was typed. */
  readonly sent: Buffer;
  readonly received: Received;
}

export interface FirstConversation {
  readonly exchanges: readonly Exchange[];
  /** How the server ended after our FIN; undefined when it ended before. */
  readonly end: Received | undefined;
  readonly record: ReturnType<Connection['transcript']['record']>;
  /** What an operator's client heard of the line behind the first client's end; undefined unasked. */
  readonly next?: Exchange | undefined;
}

/**
 * Whether the first conversation tells of a behaviour that it was kept; false where it tells nothing.
 * Throws a `Violation` where it shows it broken.
 */
export type FirstCheck = (first: FirstConversation, contract: Contract) => boolean;
