// A generated scenario, done by the hands that its behaviour has for it.
import { clientNumber } from '../../clients/client-name.ts';
import { bytesOf, inTurn } from '../../clients/conversation/conversation.ts';
import { Due } from '../../clients/conversation/due.ts';
import { settled } from '../../clients/conversation/write-conversation.ts';
import type { ScenarioPlayer } from '../behaviours/behaviour.ts';
import type { ScenarioStep } from '../behaviours/given.ts';
import type { Contract } from '../contracts/contract.ts';

/**
 * Has `player` do the steps, each with what its client is owed by the contract, then lets every client that is
 * left collect what it is owed.
 * @throws whatever the player throws
 */
export async function playScenario(
  { reply }: Contract,
  player: ScenarioPlayer,
  scenario: readonly ScenarioStep[],
): Promise<void> {
  const dues = new Map<string, Due>();
  for (const { step } of inTurn(settled(scenario, reply))) {
    if (step.do === 'pause') continue;
    const { client } = step;
    const number = clientNumber(client);
    const due = dues.get(client) ?? new Due();
    dues.set(client, due);
    if (step.do === 'connect') {
      dues.delete(client);
      await player.connect(number);
    } else if (step.do === 'send') {
      if (step.due !== undefined) due.add(bytesOf(step.due));
      await player.send(number, bytesOf(step.payload));
    } else if (step.do === 'receive') {
      const owed = due.take();
      // To read where nothing is owed shows nothing.
      if (owed.length > 0) await player.receive(number, owed);
    } else if (step.do === 'await-end') await player.halfClose(number, due.take());
    else if (step.do === 'reset') player.reset(number);
  }
}
