// A failing conversation as a list of acts that any language can perform: what each client does, in
// order, what it waits for before it goes on, and what must have come when all is over.

/** What is sent: the very bytes, or so many letters of which any will do. */
export type Payload =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'letters'; readonly byteCount: number };

export type Act =
  | { readonly do: 'connect'; readonly client: string }
  /** Sends without waiting for anything; `due` is the reply that this adds to what is owed. */
  | {
      readonly do: 'send';
      readonly client: string;
      readonly payload: Payload;
      readonly due: Payload;
    }
  /** Ends the client's side (FIN), behind everything that it was given to send. */
  | { readonly do: 'half-close'; readonly client: string }
  | { readonly do: 'reset'; readonly client: string }
  /** Stops reading, and goes on with it. */
  | { readonly do: 'hold'; readonly client: string }
  | { readonly do: 'read-on'; readonly client: string }
  /** Waits until `byteCount` bytes of the reply have come since the client connected. */
  | { readonly do: 'await'; readonly client: string; readonly byteCount: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  /** The end of a client: see {@link Finish}. */
  | ({ readonly do: 'finish'; readonly client: string } & Finish)
  /** A new client must be let in and answered: the server is still there. */
  | { readonly do: 'newcomer'; readonly payload: Payload; readonly due: Payload };

/** How the server must end a conversation for its promise to be kept. */
export type End =
  /** After our FIN, in whatever way, or not at all. */
  | 'any'
  /** After our FIN, by its own FIN. */
  | 'fin'
  /** By itself, in whatever way. */
  | 'own'
  /** By itself, by FIN. */
  | 'own-fin';

/** What must hold when a client has done all that it does. */
interface Finish {
  /** At least so many bytes must come; what comes must begin what is due, and may be no more. */
  readonly owedBytes: number;
  readonly end: End;
}

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
  readonly acts: readonly Act[];
  /** How often the conversation is held before the server is believed: more where it failed now and then. */
  readonly rounds: number;
  /** The token of the same conversation; empty when there is none. */
  readonly token: string;
}

/** The conversation cannot be told as a script; the message says why, and what to do instead. */
export class NotTellable extends Error {
  override readonly name = 'NotTellable';
}
