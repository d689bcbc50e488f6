// What a property is checked for, as plain data: which conversations, and one of them.
import type { Messages, SpokenStep } from '../../clients/conversation/messages.ts';

export { piecesOf } from '../../clients/conversation/conversation.ts';
export { message, messagesOf, type Messages } from '../../clients/conversation/messages.ts';

/** Which conversations of one client a behaviour is held to: chosen ones, and generated ones. */
export interface ConversationShape {
  readonly kind: 'conversation';
  readonly examples?: () => readonly Messages[];
  readonly random?: RandomConversations;
  /** An example is about one conversation: its messages must not be spread over several. */
  readonly isOneConversation?: boolean;
  /**
   * Whether a conversation holds what the behaviour is about: one that does is not made so small that it no longer
   * does. All are about it when absent.
   */
  readonly isToThePoint?: (messages: Messages) => boolean;
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

/** Which conversations of several clients, named A, B, C, …, are generated. */
export interface ScenarioShape {
  readonly kind: 'scenario';
  readonly mostClients: number;
  readonly mostSteps: number;
}

/**
 * A generated conversation, as it is replayed. What is due is not written in it: the contract says it. Whoever is
 * left at its end leaves in order.
 */
export type Given = readonly SpokenStep[];
