// What the program answers to words that ask nothing of the machine: written by the build (write-answers.ts), so that
// neither options nor behaviours are loaded for it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../targets/package-folder.ts';
import { configNames } from '../config/config-names.ts';

/** Of a text that is not for a terminal, and of many terminals. */
const usualColumns = 80;

/** Where the answer to `words` stands, once the program is built. */
export function answerFile(words: readonly string[]): string {
  return join(packageFolder, 'dist', 'answers', `${words.join(' ')}.txt`);
}

/**
 * The whole answer to `words`; undefined when it is not written, or may be another here: help is laid out for the
 * terminal's width, and a list shows what a config in this folder declares.
 * @param terminalColumns undefined where standard output is no terminal
 */
export function writtenAnswer(
  words: readonly string[],
  terminalColumns: number | undefined,
): string | undefined {
  if (!words.every((word) => /^[\w-]+$/u.test(word))) return undefined;
  const isLaidOut = words.some((word) => ['-h', '--help', 'help'].includes(word));
  if (isLaidOut && (terminalColumns ?? usualColumns) !== usualColumns) return undefined;
  const file = answerFile(words);
  if (!existsSync(file)) return undefined;
  const isOfConfig = !isLaidOut && words.every((word) => !word.startsWith('-'));
  if (isOfConfig && configNames.some((name) => existsSync(name))) return undefined;
  return readFileSync(file, 'utf8');
}
