// Words that people bring from other programs: `conform run`, `conform help grade`, `-v`, `--no-color`. They become
// the words that the program declares.
import { nearestNames } from '../text/nearest-names.ts';
import { UsageError } from './command.ts';

/** What stands behind it belongs to nobody but the command. */
const endOfOptions = '--';

const colourWords: readonly string[] = ['--no-color', '--no-colour'];

/** The words without those that say that no colour is wanted, and whether there was one. */
export function withoutColourWords(words: readonly string[]): {
  readonly others: readonly string[];
  readonly isColourless: boolean;
} {
  const end = words.indexOf(endOfOptions);
  const others = words.filter(
    (word, index) => !colourWords.includes(word) || (end >= 0 && index > end),
  );
  return { others, isColourless: others.length < words.length };
}

/**
 * The words as the program declares them.
 * @param words what stands behind the name of the program
 * @param commands the names of the sub-commands
 * @throws {UsageError} when help is asked for a command that is not there
 */
export function declaredWords(
  words: readonly string[],
  commands: readonly string[],
): readonly string[] {
  const [first, ...rest] = words;
  if (first === 'run') return rest;
  if (first === '-v' && rest.length === 0) return ['--version'];
  if (first !== 'help') return words;
  const [about, ...more] = rest;
  if (about === undefined || about === 'run' || about === 'help') return ['--help'];
  if (commands.includes(about) && more.length === 0) return [about, '--help'];
  if (commands.includes(about)) {
    throw new UsageError(`\`conform help\` takes one command: conform help ${about}.`);
  }
  const [near] = nearestNames(about, commands);
  const hint = near === undefined ? '' : ` Did you mean \`conform help ${near}\`?`;
  throw new UsageError(
    `There is no command ${JSON.stringify(about)}.${hint} There are: ${commands.join(', ')}. \`conform explain\` explains behaviours, causes and words.`,
  );
}
