// What a property is checked for, as plain data: which conversations or scenarios, and one of them.

/** One message, and where it is cut into segments. */
export interface Message {
  readonly bytes: Buffer;
  /** Ascending offsets within the message; each segment's reply is awaited before the next. */
  readonly cuts: readonly number[];
}

export type Conversation = readonly Message[];

/** Which conversations a behaviour is held to: chosen ones, and generated ones. */
export interface ConversationShape {
  readonly kind: 'conversation';
  readonly examples?: () => readonly Conversation[];
  readonly random?: RandomConversations;
  /** An example is about one conversation: its messages must not be spread over several. */
  readonly isOneConversation?: boolean;
}

export interface RandomConversations {
  /** `letters`: A–Z and a–z; `text`: any Unicode text as UTF-8; `bytes`: anything. */
  readonly alphabet: 'letters' | 'text' | 'bytes';
  readonly mostMessages: number;
  readonly mostBytes: number;
  /** The last message may be larger: no other waits behind it. */
  readonly mostLastBytes?: number;
  readonly isCut: boolean;
}

/** One step of a scenario of several clients, named 0, 1, 2, … */
export type ScenarioStep =
  | { readonly do: 'connect'; readonly client: number }
  | { readonly do: 'send'; readonly client: number; readonly text: string }
  | { readonly do: 'receive'; readonly client: number }
  | { readonly do: 'half-close'; readonly client: number }
  | { readonly do: 'reset'; readonly client: number };

/** Which scenarios are generated. */
export interface ScenarioShape {
  readonly kind: 'scenario';
  readonly mostClients: number;
  readonly mostSteps: number;
}

/** A generated value, as it is replayed. */
export type Given =
  | { readonly kind: 'conversation'; readonly conversation: Conversation }
  | { readonly kind: 'scenario'; readonly steps: readonly ScenarioStep[] };

/** A message in one segment. */
export function message(bytes: Buffer | string): Message {
  return { bytes: Buffer.from(bytes), cuts: [] };
}

/** The segments that a message's cuts make. */
export function segments({ bytes, cuts }: Message): Buffer[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}
