// What is said to both servers, byte for byte and cut for cut: conversations that hold nothing of either.
import type { ClientStep, Conversation } from '../../../clients/conversation/conversation.ts';
import {
  ConversationWriter,
  receiveDue,
  settled,
} from '../../../clients/conversation/write-conversation.ts';
import { messagesOf } from '../../../clients/conversation/messages.ts';
import type { Given } from '../../behaviours/given.ts';

export interface TitledConversation {
  /** What it is about, a few words. */
  readonly title: string;
  readonly conversation: Conversation;
}

/** What a server owes for a request; what it sends of its own accord is not part of it. */
export type Reply = (request: Buffer) => Buffer;

/** The conversation or scenario of a replay token, as it is played to both servers. */
export function conversationOfGiven(given: Given, reply: Reply, title: string): TitledConversation {
  const messages = messagesOf(given);
  if (messages !== undefined) {
    const writer = new ConversationWriter(reply).connect('A');
    for (const message of messages) writer.say('A', message);
    return { title, conversation: writer.end('A').conversation };
  }
  // What had come before a RST hangs on time, unless it was waited for.
  const steps = given.flatMap((step): ClientStep[] =>
    step.do === 'reset' ? [receiveDue(step.client), step] : [step],
  );
  return { title, conversation: settled(steps, reply) };
}
