// The steps of a generated scenario or conversation, as it was given.
import { firstClient, type Conversation } from '../../clients/conversation/conversation.ts';
import { settled } from '../../clients/conversation/write-conversation.ts';
import { messagesOf, type SpokenStep } from '../../clients/conversation/messages.ts';
import type { Contract } from '../contracts/contract.ts';
import type { FailureFacts } from './failure-facts.ts';
import { dueBy, Owed } from './owed.ts';
import { NotTellable } from './story.ts';

export const stepsOfScenario = (steps: readonly SpokenStep[], contract: Contract): Conversation =>
  settled(steps, dueBy(contract));

/** @throws {NotTellable} when there is no generated conversation */
export function stepsOfConversation({ given, contract, behaviour }: FailureFacts): Conversation {
  const messages = given === undefined ? undefined : messagesOf(given);
  if (messages === undefined) {
    throw new NotTellable(
      `The token of ${behaviour} contains no conversation of its own. Give the report that it stands in ` +
        'with --from FILE, or the server with --target.',
    );
  }
  const client = firstClient;
  const owed = new Owed(contract);
  if (behaviour.startsWith('half-close/')) {
    for (const { bytes } of messages) {
      owed.connect(client).send(client, bytes).halfClose(client).finish(client, 'any');
    }
    return owed.conversation;
  }
  owed.connect(client);
  for (const message of messages) owed.say(client, message);
  return owed.finish(client, 'any').conversation;
}
