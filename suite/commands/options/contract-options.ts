// What the server promises, as options.
import { Option, type Command } from 'commander';
import type { Ending, Serves } from '../../contracts/contract.ts';
import { bytesOf } from './parse.ts';

export interface ContractOptions {
  readonly contract?: string;
  readonly end?: Buffer;
  readonly endMatch?: Ending['match'];
  readonly endUnreplied?: boolean;
  readonly endIgnoreCase?: boolean;
  readonly serves?: Serves;
}

/**
 * Adds the options that say what the server promises.
 * @param otherwise what becomes of a contract that is not given
 */
export function addContractOptions(command: Command, otherwise = 'found out when absent'): Command {
  return command
    .option('-c, --contract <id>', `what it promises (\`conform list contracts\`); ${otherwise}`)
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
