// What a document's client is: one conversation on a connection that is open, with a person's words.
import type { Connection } from '../connection/connection.ts';
import type { Typed } from './typed.ts';

/** All that a client has to do with. */
export interface Seat {
  readonly connection: Connection;
  /** What somebody types at the client. */
  readonly typed: Typed;
  /** Shows what the client would show, byte for byte. */
  readonly show: (bytes: Buffer) => void;
  /** How long a client waits for the server, in milliseconds; the originals wait for ever. */
  readonly patienceMs: number;
  /** How often a client goes on that in the original never ends. */
  readonly rounds: number;
  /** What lies between two messages of a client that sends by the clock, in milliseconds. */
  readonly intervalMs: number;
  /** Ends a client that is between two messages. */
  readonly signal: AbortSignal;
}

/** Why a client's conversation is over. */
export type Parting =
  /** It has said and heard all that it does, and leaves. */
  | { readonly kind: 'done'; readonly why: string }
  /** The server ended the conversation. */
  | { readonly kind: 'server-ended'; readonly by: 'fin' | 'reset' }
  /** The server did not say what the client waits for. */
  | { readonly kind: 'silence'; readonly waitedMs: number }
  /** The server takes no more of what is sent. */
  | { readonly kind: 'stuck' }
  /** Our own limit: the original goes on for ever. */
  | { readonly kind: 'enough'; readonly rounds: number; readonly of: string };

export interface DocumentClient {
  /** As its file is named. */
  readonly id: string;
  readonly document: '000' | '001' | '002' | '003' | '004';
  /** What it does on the wire, one line. */
  readonly does: string;
  /** How it takes what is typed. */
  readonly takes: 'lines' | 'words' | 'nothing';
  /** True when a person at the server's console speaks first: its wait is a long one. */
  readonly waitsForPerson: boolean;
  /** Holds the conversation; the connection is left as the client leaves it, and closed by others. */
  readonly play: (seat: Seat) => Promise<Parting>;
}
