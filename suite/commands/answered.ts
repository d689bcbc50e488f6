// Which words have an answer that is always the same, and what the program says to them.
import type { Surroundings } from './command.ts';
import { shells } from './completion/completion.ts';
import { kinds } from './list/list.ts';
import { defineProgram, runProgram } from './program.ts';

/** Help, version, lists and completions. */
export function answeredWords(): readonly (readonly string[])[] {
  const commands = defineProgram(
    told(() => undefined),
    () => undefined,
  ).commands;
  return [
    ...['-h', '--help', 'help', '-V', '-v', '--version', 'list'].map((word) => [word]),
    ...commands.map((command) => ['help', command.name()]),
    ...commands.flatMap((command) => ['-h', '--help'].map((word) => [command.name(), word])),
    ...kinds.map((kind) => ['list', kind]),
    ...shells.map((shell) => ['completion', shell]),
  ];
}

/**
 * What the program prints when it is started with `words`, and no terminal shows it.
 * @throws when it fails, or complains
 */
export async function answered(words: readonly string[]): Promise<string> {
  let output = '';
  let complaint = '';
  const surroundings = told(
    (text) => (output += text),
    (text) => (complaint += text),
  );
  const status = await runProgram(surroundings, words);
  if (status === 0 && complaint === '') return output;
  throw new Error(`conform ${words.join(' ')} ended with status ${status}: ${complaint}`);
}

const told = (
  write: Surroundings['write'],
  writeError: Surroundings['writeError'] = () => undefined,
): Surroundings => ({
  write,
  writeError,
  input: {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ done: true, value: undefined }),
    }),
  },
  isTerminal: false,
  useColour: false,
  columns: 80,
  signal: new AbortController().signal,
});
