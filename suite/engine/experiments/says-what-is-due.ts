// Whether the contract says what is due to a whole conversation: only such a one can be held to it.
import { bytesOf } from '../../../clients/conversation/conversation.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Experiment } from '../../investigation/experiment.ts';

/**
 * Whether the contract says what is due to all of it. A message that holds the ending word may end the conversation,
 * unless only the word alone does; and where the word itself has a reply, nothing may come behind it.
 */
export function saysWhatIsDue(
  steps: Experiment['steps'],
  { ending }: Pick<Contract, 'ending'>,
): boolean {
  if (ending === null) return true;
  const word = ending.word.toString('latin1').toLowerCase();
  return steps.every((step, index) => {
    if (step.do !== 'send') return true;
    const text = bytesOf(step.payload).toString('latin1').toLowerCase();
    if (!text.includes(word)) return true;
    if (text.trim() !== word) return ending.match === 'message';
    const isLast = !steps
      .slice(index + 1)
      .some((later) => later.do === 'send' && later.client === step.client);
    return text === word && ending.replied && isLast;
  });
}
