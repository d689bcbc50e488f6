// What the tests of commands share: one command with words of its own, and all that it wrote.
import { Command } from 'commander';
import type { DefineCommand } from './command.ts';

export interface Commanded {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly errors: string;
}

export interface Around {
  /** What stands on its standard input, chunk by chunk; nothing when absent. */
  readonly input?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Called with all that was written so far, each time something is. */
  readonly onWrite?: (output: string, errors: string) => void;
}

/**
 * Runs one sub-command as `conform` would, in this process.
 * @throws {UsageError} as the command does
 */
export async function commanded(
  define: DefineCommand,
  words: readonly string[],
  { input = nothing(), signal = new AbortController().signal, onWrite }: Around = {},
): Promise<Commanded> {
  const program = new Command('conform').exitOverride();
  let exitCode: number | undefined;
  let output = '';
  let errors = '';
  const told = (): void => onWrite?.(output, errors);
  define(
    program,
    {
      write: (text) => {
        output += text;
        told();
      },
      writeError: (text) => {
        errors += text;
        told();
      },
      input,
      isTerminal: false,
      useColour: false,
      columns: 100,
      signal,
    },
    (status) => (exitCode = status),
  );
  await program.parseAsync([...words], { from: 'user' });
  return { exitCode, output, errors };
}

/** Input that ends at once. */
async function* nothing(): AsyncGenerator<Uint8Array> {
  yield* await Promise.resolve([]);
}
