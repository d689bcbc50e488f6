// The acts of a generated scenario or conversation, as it was given.
import type { Contract } from '../contracts/contract.ts';
import { clientName } from '../text/client-name.ts';
import { segments, type Conversation, type ScenarioStep } from '../behaviours/given.ts';
import type { FailureFacts } from './failure-facts.ts';
import { Owed } from './owed.ts';
import { NotTellable, type Act } from './story.ts';

export function actsOfScenario(steps: readonly ScenarioStep[], contract: Contract): Act[] {
  const owed = new Owed(contract);
  const name = clientName;
  const open = new Set<string>();
  const acts = steps.flatMap((step): Act[] => {
    const client = name(step.client);
    switch (step.do) {
      case 'connect':
        open.add(client);
        return [owed.connect(client)];
      case 'send':
        return [owed.send(client, Buffer.from(step.text))];
      case 'receive':
        return [{ do: 'await', client, byteCount: owed.byteCount(client) }];
      case 'half-close':
        open.delete(client);
        return [{ do: 'half-close', client }, owed.finish(client, 'any')];
      case 'reset':
        open.delete(client);
        return [{ do: 'reset', client }];
    }
  });
  // Those who are left collect what they are owed, as they did in the run.
  const left = [...open].flatMap((client): Act[] => [
    { do: 'half-close', client },
    owed.finish(client, 'any'),
  ]);
  return [...acts, ...left];
}

/** @throws {NotTellable} when there is no generated conversation */
export function actsOfConversation({ given, contract, behaviour }: FailureFacts): Act[] {
  if (given?.kind !== 'conversation') {
    throw new NotTellable(
      `The token of ${behaviour} contains no conversation of its own. Give the report that it stands in ` +
        'with --from FILE, or the server with --target.',
    );
  }
  const client = 'A';
  const isEndedAtOnce = behaviour.startsWith('half-close/');
  const owed = new Owed(contract);
  return isEndedAtOnce
    ? given.conversation.flatMap(({ bytes }): Act[] => [
        owed.connect(client),
        owed.send(client, bytes),
        { do: 'half-close', client },
        owed.finish(client, 'any'),
      ])
    : [
        owed.connect(client),
        ...spoken(given.conversation, client, owed),
        owed.finish(client, 'any'),
      ];
}

function spoken(conversation: Conversation, client: string, owed: Owed): Act[] {
  return conversation.flatMap(segments).flatMap((segment): Act[] => {
    const sending = owed.send(client, segment);
    return [sending, { do: 'await', client, byteCount: owed.byteCount(client) }];
  });
}
