// A failing conversation that any language can perform: what each client does, in order, what it waits for before
// it goes on, and what must have come when all is over.
import type { Conversation } from '../../clients/conversation/conversation.ts';

/** A failing conversation, ready to be told in a programming language. */
export interface Story {
  readonly behaviour: string;
  readonly requirement: string;
  /** What the server did, one sentence. */
  readonly summary: string;
  readonly contractTitle: string;
  /** How each byte is answered; null where replies do not follow byte by byte. */
  readonly table: Uint8Array | null;
  /** Letters with which no server has trouble. */
  readonly letters: string;
  readonly conversation: Conversation;
  /** How often the conversation is held before the server is believed: more where it failed now and then. */
  readonly rounds: number;
  /** The token of the same conversation; empty when there is none. */
  readonly token: string;
}

/** The conversation cannot be told as a script; the message says why, and what to do instead. */
export class NotTellable extends Error {
  override readonly name = 'NotTellable';
}
