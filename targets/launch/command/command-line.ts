// Takes a command apart as a shell would, without being one: quotes and backslashes, nothing else.

/** The command cannot be started as it is written; the message says why and what to write. */
export class InvalidCommand extends Error {
  override readonly name = 'InvalidCommand';
}

/** The first word is the program. */
export type CommandLine = readonly [program: string, ...parameters: string[]];

/** One word of a command, and how it was written. */
export interface CommandWord {
  readonly text: string;
  /** Where a shell would look at nothing in it, at variables only, or at everything. */
  readonly quoting: 'literal' | 'double' | 'none';
}

/**
 * Splits at blanks outside quotes. Single quotes keep everything; in double quotes a backslash
 * keeps `"` and `\`; outside, a backslash keeps the next character. Pipes, variables and `&&` are
 * ordinary words: who needs them writes `sh -c '…'`.
 * @throws {InvalidCommand} when it is empty or a quote stays open
 */
export function splitCommand(command: string): CommandLine {
  const [program, ...parameters] = commandWords(command).map(({ text }) => text);
  if (program === undefined || program === '') {
    throw new InvalidCommand("The command is empty. Expected one like './server {port}'.");
  }
  return [program, ...parameters];
}

/**
 * The words of a command, split as `splitCommand` does.
 * @throws {InvalidCommand} when a quote stays open
 */
export function commandWords(command: string): CommandWord[] {
  const words: CommandWord[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  let quoting: CommandWord['quoting'] = 'none';
  for (let index = 0; index < command.length; index += 1) {
    const character = command.charAt(index);
    const next = command.charAt(index + 1);
    if (quote !== undefined && character === quote) {
      quote = undefined;
    } else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      if (character === "'") quoting = 'literal';
      else if (quoting === 'none') quoting = 'double';
      word ??= '';
    } else if (character === '\\' && next !== '' && keepsNext(quote, next)) {
      word = (word ?? '') + next;
      quoting = 'literal';
      index += 1;
    } else if (quote === undefined && /\s/u.test(character)) {
      if (word !== undefined) words.push({ text: word, quoting });
      word = undefined;
      quoting = 'none';
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== undefined) {
    throw new InvalidCommand(`The quote ${quote} in the command is never closed: ${command}`);
  }
  if (word !== undefined) words.push({ text: word, quoting });
  return words;
}

function keepsNext(quote: string | undefined, next: string): boolean {
  if (quote === undefined) return true;
  return quote === '"' && (next === '"' || next === '\\');
}
