// What the server promises, as options.
import { Option, type Command } from 'commander';
import type { Ending, Serves } from '../../contracts/contract.ts';
import { helpGroups } from './help-groups.ts';
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
 * @param otherwise what happens when no contract is given
 */
export function addContractOptions(
  command: Command,
  otherwise = 'auto-detected by default',
): Command {
  return command
    .optionsGroup(helpGroups.what)
    .option(
      '-c, --contract <id>',
      `what the server promises (\`conform list contracts\`); ${otherwise}`,
    )
    .option('-e, --end <word>', 'the word that ends a conversation (\\n and \\xNN work)', bytesOf)
    .addOption(
      new Option('-s, --serves <how>', 'how many clients it serves (default: many)').choices([
        'many',
        'one-at-a-time',
        'one',
      ]),
    )
    .optionsGroup(helpGroups.advanced)
    .addOption(
      new Option(
        '--end-match <how>',
        'what must equal the ending word: the whole message or its beginning',
      ).choices(['message', 'beginning', 'any']),
    )
    .option('--end-unreplied', 'the server does not reply to the ending word')
    .option('--end-ignore-case', 'match the ending word in any case (END, end)');
}

/** The options as they were given, for a command that repeats a run. */
export function contractWords(options: ContractOptions): string[] {
  const { contract, end, endMatch, endUnreplied, endIgnoreCase, serves } = options;
  return [
    ...(contract === undefined ? [] : ['--contract', contract]),
    ...(end === undefined ? [] : ['--end', writtenWord(end)]),
    ...(endMatch === undefined || endMatch === 'any' ? [] : ['--end-match', endMatch]),
    ...(endUnreplied === true ? ['--end-unreplied'] : []),
    ...(endIgnoreCase === true ? ['--end-ignore-case'] : []),
    ...(serves === undefined ? [] : ['--serves', serves]),
  ];
}

/** A word as --end takes it, bytes that no keyboard has included. */
export function writtenWord(word: Buffer): string {
  return word
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
