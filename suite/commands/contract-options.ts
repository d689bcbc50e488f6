// What the server promises, as options.
import { Option, type Command } from 'commander';
import { choose } from '../contracts/choice.ts';
import type { Contract, Ending, Serves } from '../contracts/contract.ts';
import { contracts } from '../contracts/contracts.ts';
import { UsageError } from './command.ts';
import { bytesOf } from './parse.ts';

export interface ContractOptions {
  readonly contract?: string;
  readonly end?: Buffer;
  readonly endMatch?: Ending['match'];
  readonly endUnreplied?: boolean;
  readonly endIgnoreCase?: boolean;
  readonly serves?: Serves;
}

/** Adds the options that say what the server promises. */
export function addContractOptions(command: Command): Command {
  const ids = contracts.map(({ id }) => id);
  return command
    .addOption(
      new Option('-c, --contract <id>', 'what it promises; found out when absent').choices(ids),
    )
    .option('-e, --end <word>', 'the word that ends a conversation (\\n, \\xNN allowed)', bytesOf)
    .addOption(
      new Option('--end-match <how>', 'the word is a whole message, or its beginning').choices([
        'message',
        'beginning',
        'any',
      ]),
    )
    .option('--end-unreplied', 'the server closes without replying to the word')
    .option('--end-ignore-case', 'END ends a conversation whose word is end')
    .addOption(
      new Option('-s, --serves <how>', 'how many clients it takes; many when absent').choices([
        'many',
        'one-at-a-time',
        'one',
      ]),
    );
}

/** What the options say, as a run takes it. */
export interface PromisedContract {
  readonly contract?: Contract;
  readonly ending?: Ending;
  readonly serves?: Serves;
}

/** @throws {UsageError} when an option about the word comes without the word */
export function readContract(options: ContractOptions): PromisedContract {
  const { contract, end, endMatch, endUnreplied = false, endIgnoreCase = false, serves } = options;
  const isAboutWord = endUnreplied || endIgnoreCase || endMatch !== undefined;
  if (end === undefined && isAboutWord) {
    throw new UsageError('--end-match, --end-unreplied and --end-ignore-case go with --end WORD.');
  }
  const chosen = contract === undefined ? undefined : choose({ id: contract, serves });
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

/** The options as they were given, for a command that repeats a run. */
export function contractWords(options: ContractOptions): string[] {
  const { contract, end, endMatch, endUnreplied, endIgnoreCase, serves } = options;
  return [
    ...(contract === undefined ? [] : ['--contract', contract]),
    ...(end === undefined ? [] : ['--end', escaped(end)]),
    ...(endMatch === undefined || endMatch === 'any' ? [] : ['--end-match', endMatch]),
    ...(endUnreplied === true ? ['--end-unreplied'] : []),
    ...(endIgnoreCase === true ? ['--end-ignore-case'] : []),
    ...(serves === undefined ? [] : ['--serves', serves]),
  ];
}

function escaped(word: Buffer): string {
  return word
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
