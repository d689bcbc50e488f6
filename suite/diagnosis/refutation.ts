// What would show that it is not this cause: the experiment that a run would hold to test it.
import type { Contract } from '../contracts/contract.ts';
import { choose } from '../theories/choose.ts';
import { foretell, outcomeWords } from '../theories/experiment.ts';
import { theContract } from '../theories/the-contract.ts';
import type { CauseId } from './causes.ts';
import { exampleTheory } from './example-theories.ts';
import { canBeSeen } from './seen-directly.ts';

interface Refutation {
  /** What the client does. */
  readonly conversation: string;
  /** What a server with the mistake is foretold to do; anything else refutes it. */
  readonly foretold: string;
  /** What a server that keeps its contract does. */
  readonly right: string;
}

/** The experiment that would refute a cause, under the first of `contracts` for which it has a theory. */
function refutationOf(cause: CauseId, contracts: readonly Contract[]): Refutation | undefined {
  for (const contract of contracts) {
    const deviation = exampleTheory(cause, contract);
    if (deviation === undefined) continue;
    const ending = {
      word: Buffer.from('end'),
      match: 'beginning',
      replied: true,
      ignoresCase: false,
    } as const;
    const held = { reply: contract.reply, ending: cause.startsWith('word-') ? ending : null };
    const suspects = [{ cause, deviation, explains: [cause] }];
    const experiment = choose({ suspects, held, trials: [] });
    if (experiment === undefined) continue;
    const foretold = foretell(deviation, experiment, held) ?? {};
    return {
      conversation: experiment.words,
      foretold: outcomeWords(foretold),
      right: outcomeWords(foretell(theContract, experiment, held) ?? {}, foretold),
    };
  }
  return undefined;
}

/** In a sentence or two: what would refute the cause, and how sure a report can be of it. */
export function refutationWords(cause: CauseId, contracts: readonly Contract[]): string {
  const refutation = refutationOf(cause, contracts);
  if (refutation !== undefined) {
    const { conversation, foretold, right } = refutation;
    return `The conversation: ${conversation}. Foretold of this mistake: ${foretold}. Of a correct server: ${right}. Where anything but the first comes, it is not this cause.`;
  }
  return canBeSeen(cause)
    ? 'It is seen directly, in the processes or sockets of the server: no experiment is needed.'
    : 'No experiment of conform can refute it, so it is never reported as certain.';
}
