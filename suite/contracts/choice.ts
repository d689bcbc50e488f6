// A contract chosen by name and adjusted by flags.
import type { Contract, Ending, Serves } from './contract.ts';
import { contracts } from './contracts.ts';

/** How a contract was chosen, as data: by its id and what adjusts it. */
export interface ContractChoice {
  readonly id: string;
  /** The ending word as hexadecimal digits. */
  readonly endHex?: string | undefined;
  readonly endMatch?: Ending['match'] | undefined;
  readonly endReplied?: boolean | undefined;
  readonly endIgnoresCase?: boolean | undefined;
  readonly serves?: Serves | undefined;
}

/** The contract of `among` that `choice` names; undefined when there is none of that name. */
export function choose(
  choice: ContractChoice,
  among: readonly Contract[] = contracts,
): Contract | undefined {
  const base = among.find(({ id }) => id === choice.id);
  if (base === undefined) return undefined;
  const ending: Ending | null =
    choice.endHex === undefined
      ? base.ending
      : {
          word: Buffer.from(choice.endHex, 'hex'),
          match: choice.endMatch ?? 'any',
          replied: choice.endReplied ?? true,
          ignoresCase: choice.endIgnoresCase ?? false,
        };
  return { ...base, ending, serves: choice.serves ?? base.serves };
}

/** What `choose` needs to make `contract` again. */
export function choiceOf({ id, ending, serves }: Contract): ContractChoice {
  if (ending === null) return { id, serves };
  const { word, match, replied, ignoresCase } = ending;
  return {
    id,
    serves,
    endHex: word.toString('hex'),
    endMatch: match,
    endReplied: replied,
    endIgnoresCase: ignoresCase,
  };
}
