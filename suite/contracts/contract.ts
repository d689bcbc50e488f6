// What a server promises. The suite asks the contract for its traits, never for its name.

/** How the conversation-ending word is matched and answered. */
export interface Ending {
  readonly word: Buffer;
  /**
   * `message`: only a message that is the word and nothing else; `beginning`: any message that
   * begins with it; `any`: the contract leaves open which of the two.
   */
  readonly match: 'message' | 'beginning' | 'any';
  /** Whether the word is replied to like any message before the connection closes. */
  readonly replied: boolean;
  /** Whether `END` ends a conversation whose word is `end`. */
  readonly ignoresCase: boolean;
  /** True where nobody said whether blanks around the word count, and the server was found to take them away. */
  readonly mayTrim?: boolean;
}

/** How many clients a server takes: at once, in turn, or one and then it exits. */
export type Serves = 'many' | 'one-at-a-time' | 'one';

/** How replies follow from requests. */
export type Replies =
  /** Each byte is mapped, however the stream was cut. */
  | 'by-byte'
  /** Each read of the server makes a reply of its own. */
  | 'by-read'
  /** One message of the server's own after its first read; then it closes. */
  | 'one-message'
  /** Nothing at all: it takes one message and closes. */
  | 'none'
  /** What a person types at the server's console goes out. */
  | 'by-operator';

export interface Contract {
  readonly id: string;
  /** A few words that name what the server does. */
  readonly title: string;
  /** The promise in a sentence. */
  readonly summary: string;
  readonly reference: string;
  /** Who speaks first. */
  readonly opening: 'client' | 'server';
  readonly replies: Replies;
  /**
   * The reply to a request: of a stream of them where `replies` is `by-byte`, else of one read; what
   * goes out for one line of the operator where it is `by-operator`. Empty where the server takes
   * messages and sends none, or one of its own, which nobody can foretell.
   */
  readonly reply: (request: Buffer) => Buffer;
  /** Which bytes the mapping changes; an empty set is an echo. */
  readonly changes: 'nothing' | 'ascii-letters' | 'every-byte';
  /** The word that ends a conversation: the client's, or the operator's where the server opens. */
  readonly ending: Ending | null;
  readonly serves: Serves;
  /** After the client's FIN the server sends what it owes, then closes. */
  readonly halfClose: boolean;
  /**
   * Where `replies` is `by-operator`. `strict`: after each line the server waits for one message of
   * the client; `free`: lines go out as they are typed.
   */
  readonly turns?: 'strict' | 'free';
  /** Each line of the operator goes out in so many bytes: its text, a NUL, and zeros. */
  readonly frameBytes?: number;
}

/** A reply that maps each byte by a table of 256 values. */
export function mapBytes(table: Uint8Array): (request: Buffer) => Buffer {
  return (request) => {
    const reply = Buffer.allocUnsafe(request.length);
    for (let index = 0; index < request.length; index += 1) {
      reply[index] = table[request[index] ?? 0] ?? 0;
    }
    return reply;
  };
}
