// From the options about the contract to what a run takes.
import { choose } from '../../contracts/choice.ts';
import type { Contract, Ending, Serves } from '../../contracts/contract.ts';
import { contracts } from '../../contracts/contracts.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import { UsageError } from '../command.ts';
import type { ContractOptions } from './contract-options.ts';

/** What the options say, as a run takes it. */
export interface PromisedContract {
  readonly contract?: Contract;
  readonly ending?: Ending;
  readonly serves?: Serves;
}

/**
 * @param among the contracts that --contract may name
 * @throws {UsageError} when there is no such contract, or an option about the word comes without it
 */
export function readContract(
  options: ContractOptions,
  among: readonly Contract[] = contracts,
): PromisedContract {
  const { contract, end, endMatch, endUnreplied = false, endIgnoreCase = false, serves } = options;
  const isAboutWord = endUnreplied || endIgnoreCase || endMatch !== undefined;
  if (end === undefined && isAboutWord) {
    throw new UsageError('--end-match, --end-unreplied and --end-ignore-case go with --end WORD.');
  }
  const chosen = contract === undefined ? undefined : named(contract, serves, among);
  const ending: Ending | undefined =
    end === undefined
      ? undefined
      : {
          word: end,
          match: endMatch ?? 'any',
          replied: !endUnreplied,
          ignoresCase: endIgnoreCase,
        };
  return {
    ...(chosen === undefined ? {} : { contract: chosen }),
    ...(ending === undefined ? {} : { ending }),
    ...(serves === undefined ? {} : { serves }),
  };
}

function named(id: string, serves: Serves | undefined, among: readonly Contract[]): Contract {
  const contract = choose({ id, serves }, among);
  if (contract !== undefined) return contract;
  const ids = among.map((one) => one.id);
  const [near] = nearestNames(id, ids);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new UsageError(
    `There is no contract ${JSON.stringify(id)}.${hint} There are: ${ids.join(', ')}.`,
  );
}
