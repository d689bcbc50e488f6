// The server under test as options: shared by the commands that talk to one.
import type { Command } from 'commander';
import type { Target } from '../../targets/target.ts';
import { UsageError } from './command.ts';
import { wholeNumber } from './parse.ts';

export interface TargetOptions {
  readonly target?: string;
  readonly launch?: string;
  readonly port?: number;
}

/** Adds the options that say where the server is, or how it is started. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('-t, --target <address>', 'a server that runs: HOST:PORT, [::1]:PORT, or a bare port')
    .option('-l, --launch <command>', 'start it, watch it, stop it: {port} becomes a free port')
    .option(
      '-p, --port <number>',
      'with --launch: the port that the server takes by itself',
      wholeNumber(1, 65_535),
    );
}

/**
 * The target that the options name.
 * @throws {UsageError} when there is none, or more than one, or it cannot be understood
 */
export async function openTarget({ target, launch, port }: TargetOptions): Promise<Target> {
  if (target !== undefined && launch !== undefined) {
    throw new UsageError('Give --target or --launch, not both: one server is judged at a time.');
  }
  if (target !== undefined) {
    if (port !== undefined)
      throw new UsageError('--port goes with --launch: write HOST:PORT here.');
    const { addressTarget, InvalidAddress, parseAddress } =
      await import('../../targets/address.ts');
    try {
      return addressTarget(parseAddress(target));
    } catch (error) {
      if (error instanceof InvalidAddress) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  }
  if (launch !== undefined) {
    const { launchTarget } = await import('../../targets/launch.ts');
    const { InvalidCommand } = await import('../../targets/command-line.ts');
    try {
      return launchTarget({ command: launch, ...(port === undefined ? {} : { port }) });
    } catch (error) {
      if (error instanceof InvalidCommand) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  }
  throw new UsageError(
    'No server to judge. Give --target HOST:PORT for one that runs, or --launch COMMAND to start\n' +
      "one, say: conform --target localhost:9990, conform --launch './server {port}'.\n" +
      '`conform demo` shows both a right and a wrong server at once.',
  );
}

/** The options as they were given, for a command that repeats a run. */
export function targetWords({ target, launch, port }: TargetOptions): string[] {
  return [
    ...(target === undefined ? [] : ['--target', target]),
    ...(launch === undefined ? [] : ['--launch', launch]),
    ...(port === undefined ? [] : ['--port', String(port)]),
  ];
}

/** A command line that a shell reads back as `words`. */
export function shellLine(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return quoted.join(' ');
}
