// What a property is checked for, as plain data: which conversations or scenarios, and one of them.
import type { ClientStep, CutMessage } from '../../clients/conversation/conversation.ts';

export { piecesOf } from '../../clients/conversation/conversation.ts';

/** What one client says, message by message; each piece's reply is awaited before the next. */
export type Messages = readonly CutMessage[];

/** Which conversations a behaviour is held to: chosen ones, and generated ones. */
export interface ConversationShape {
  readonly kind: 'conversation';
  readonly examples?: () => readonly Messages[];
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

/**
 * One step of a scenario of several clients, which are named A, B, C, … What is due is not written in it: the
 * contract says it. A client that waits for the end collects what it is owed.
 */
export type ScenarioStep = Extract<
  ClientStep,
  { readonly do: 'connect' | 'send' | 'receive' | 'await-end' | 'reset' }
>;

/** Which scenarios are generated. */
export interface ScenarioShape {
  readonly kind: 'scenario';
  readonly mostClients: number;
  readonly mostSteps: number;
}

/** A generated value, as it is replayed. */
export type Given =
  | { readonly kind: 'conversation'; readonly conversation: Messages }
  | { readonly kind: 'scenario'; readonly steps: readonly ScenarioStep[] };

/** A message in one piece. */
export function message(bytes: Buffer | string): CutMessage {
  return { bytes: Buffer.from(bytes), cuts: [] };
}
