// A client that ended its side cannot send, and one that gave its connection up can do nothing: played, such
// a step would look like the server's doing.
import type { Conversation } from '../conversation.ts';
import { InvalidScript } from './script-fields.ts';

/** @throws {InvalidScript} at the first step that its client cannot do any more */
export function refuseTalkAfterEnd(conversation: Conversation): void {
  refuseWithin(conversation, 'steps', new Map());
}

function refuseWithin(
  steps: Conversation,
  place: string,
  ended: Map<string, 'half-close' | 'reset'>,
): void {
  for (const [index, step] of steps.entries()) {
    const at = `${place}[${index}]`;
    if (step.do === 'repeat') {
      // Twice is enough to see how one turn ends and the next begins.
      for (let turn = 0; turn < Math.min(2, step.times); turn += 1) {
        refuseWithin(step.steps, `${at}.steps`, ended);
      }
      continue;
    }
    if (step.do === 'pause') continue;
    const { client } = step;
    const end = ended.get(client);
    const sends = step.do === 'send' || step.do === 'half-close';
    if (step.do === 'connect') ended.delete(client);
    else if (end === 'reset' || (end === 'half-close' && sends)) {
      throw new InvalidScript(
        at,
        `client ${JSON.stringify(client)} cannot do this after its ${end}.`,
      );
    }
    if (step.do === 'half-close' || step.do === 'reset') ended.set(client, step.do);
  }
}
