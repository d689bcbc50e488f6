// What one client says, message by message, as a conversation; and the messages of such a conversation.
import {
  bytesOf,
  firstClient,
  payloadOf,
  type ClientStep,
  type CutMessage,
} from './conversation.ts';
import { receiveDue } from './write-conversation.ts';

/** What one client says, message by message. */
export type Messages = readonly CutMessage[];

/** A step of what clients say and wait for; what is due is not written in it. */
export type SpokenStep = Extract<
  ClientStep,
  { readonly do: 'connect' | 'send' | 'receive' | 'await-end' | 'reset' }
>;

/** A message in one piece. */
export function message(bytes: Buffer | string): CutMessage {
  return { bytes: Buffer.from(bytes), cuts: [] };
}

/**
 * The conversation of the one client that says `messages`, the reply to each awaited before the next. How it leaves
 * is left open.
 */
export function conversationOf(messages: Messages): SpokenStep[] {
  const client = firstClient;
  return [
    { do: 'connect', client },
    ...messages.flatMap(({ bytes, cuts }): SpokenStep[] => [
      { do: 'send', client, payload: payloadOf(bytes), cuts },
      receiveDue(client),
    ]),
  ];
}

/**
 * The messages of a conversation that {@link conversationOf} made, for whoever says them in a way of its own;
 * undefined of any other. A message says where it is cut, if only that it is nowhere: by that it is told from what
 * several clients send.
 */
export function messagesOf(conversation: readonly SpokenStep[]): Messages | undefined {
  const [first, ...rest] = conversation;
  if (first?.do !== 'connect' || first.client !== firstClient || rest.length % 2 > 0)
    return undefined;
  const messages: CutMessage[] = [];
  for (const [index, step] of rest.entries()) {
    if (step.client !== firstClient) return undefined;
    if (index % 2 > 0) {
      if (step.do !== 'receive' || step.expected.kind !== 'due') return undefined;
    } else if (step.do === 'send' && step.cuts !== undefined) {
      messages.push({ bytes: bytesOf(step.payload), cuts: step.cuts });
    } else return undefined;
  }
  return messages;
}
