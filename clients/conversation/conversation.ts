// A conversation as data: what each client does, in order, and what the server has to do for it. Nothing here
// opens a connection: `play.ts` plays it, `step-words.ts` tells it, and `read-script.ts` reads one that somebody
// wrote. It never changes: a variation is another one, made of its steps.

/** Bytes that are sent or due; a step may stand for megabytes, so they are not repeated before they are used. */
export interface Payload {
  readonly bytes: Buffer;
  /** How often `bytes` follow one another. */
  readonly times: number;
  /** True where any letters would do in their place: who tells it elsewhere need not carry them. */
  readonly isAnyLetters?: true;
}

/** What a client waits for. */
export type Expected =
  /** These bytes. */
  | { readonly kind: 'exactly'; readonly payload: Payload }
  /** So many bytes, whatever they are. */
  | { readonly kind: 'count'; readonly byteCount: number }
  /** Whatever comes next: at least one byte, at most so many. */
  | { readonly kind: 'some'; readonly mostBytes: number }
  /** Any bytes, up to the mark and including it, within so many altogether. */
  | { readonly kind: 'until'; readonly mark: Payload; readonly withinBytes: number }
  /**
   * What is due for what the client sent: so many bytes since it connected, those that it has taken
   * included. All that is due so far when no number is given.
   */
  | { readonly kind: 'due'; readonly byteCount?: number };

/** How the server has to end its side; `any` leaves that open, also whether it does. */
export type EndBy = 'fin' | 'reset' | 'either' | 'any';

/** What may come before the server's end. */
export type BeforeEnd =
  | 'nothing'
  | 'anything'
  /**
   * The rest of what is due and nothing else. Of all that is due since the client connected so many bytes
   * must come; all when no number is given.
   */
  | { readonly kind: 'due'; readonly leastBytes?: number };

/** What one client does; clients are told apart by their names. */
export type ClientStep =
  /** Opens a connection under this name; one that stood under it before is closed. */
  | { readonly do: 'connect'; readonly client: string }
  | {
      readonly do: 'send';
      readonly client: string;
      readonly payload: Payload;
      /** Ascending offsets; each piece goes out alone, as far as the network keeps them apart. */
      readonly cuts?: readonly number[];
      /** The reply that is due to it; without it whoever plays the conversation says which. */
      readonly due?: Payload;
    }
  | { readonly do: 'receive'; readonly client: string; readonly expected: Expected }
  /** Sends FIN, behind the payload in one go where there is one; the server may still speak. */
  | { readonly do: 'half-close'; readonly client: string; readonly payload?: Payload }
  /** Waits until the server ends its side. */
  | {
      readonly do: 'await-end';
      readonly client: string;
      readonly by: EndBy;
      readonly before: BeforeEnd;
      /** True: the client sends FIN first, unless it has. */
      readonly leaves?: true;
    }
  /** Gives the connection up by RST. */
  | { readonly do: 'reset'; readonly client: string }
  /** Stops reading, so that the server feels it, and goes on with it. */
  | { readonly do: 'pause-reading'; readonly client: string }
  | { readonly do: 'resume-reading'; readonly client: string }
  /** A new client must be let in and answered, and leaves: the server is still there. */
  | {
      readonly do: 'visit';
      readonly client: string;
      readonly payload: Payload;
      readonly due: Payload;
    };

/** One step that is no repetition of others. */
export type SingleStep = ClientStep | { readonly do: 'pause'; readonly milliseconds: number };

export type Step =
  SingleStep | { readonly do: 'repeat'; readonly times: number; readonly steps: Conversation };

/** The steps in their order. */
export type Conversation = readonly Step[];

/** The name of the only client of a conversation that names none. */
export const firstClient = 'A';

/** Bytes, once. */
export function payloadOf(bytes: Uint8Array | string): Payload {
  return { bytes: Buffer.from(bytes), times: 1 };
}

/** The bytes that are meant, each as often as it is. */
export function bytesOf({ bytes, times }: Payload): Buffer {
  return times === 1 ? bytes : Buffer.alloc(bytes.length * times, bytes);
}

/** How many bytes are meant. */
export const byteCountOf = ({ bytes, times }: Payload): number => bytes.length * times;

/** What is sent at once, and where it is cut into pieces. */
export interface CutMessage {
  readonly bytes: Buffer;
  /** Ascending offsets within the message. */
  readonly cuts: readonly number[];
}

/** The pieces that the cuts of a message make. */
export function piecesOf({ bytes, cuts }: CutMessage): Buffer[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** A step as it is played. */
export interface Turn {
  readonly step: SingleStep;
  /** Where the step stands in the conversation: `steps[2].steps[0]`. */
  readonly place: string;
  /** Which time it is played, from 1 on. */
  readonly turn: number;
}

/** The steps as they are played, each as often as it is repeated. */
export function* inTurn(conversation: Conversation): Generator<Turn, void, undefined> {
  yield* turnsOf(conversation, 'steps', new Map());
}

function* turnsOf(
  steps: Conversation,
  within: string,
  turns: Map<string, number>,
): Generator<Turn, void, undefined> {
  for (const [index, step] of steps.entries()) {
    const place = `${within}[${index}]`;
    if (step.do === 'repeat') {
      for (let time = 0; time < step.times; time += 1) {
        yield* turnsOf(step.steps, `${place}.steps`, turns);
      }
    } else {
      const turn = (turns.get(place) ?? 0) + 1;
      turns.set(place, turn);
      yield { step, place, turn };
    }
  }
}
