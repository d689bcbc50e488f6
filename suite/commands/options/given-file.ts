// A file that was named on the command line.
import { readWhole, wholeText } from '../../files/read-whole.ts';
import { whyUnreadable } from '../../files/unreadable.ts';
import { UsageError, type Surroundings } from '../command.ts';

/** Stands for standard input where a file is asked for. */
export const standardInput = '-';

/** How a message tells of a file that cannot be read. */
interface Telling {
  /** What the file is, as in `the rubric`; the name alone when absent. */
  readonly what?: string;
  /** What is said of a file that is not there. */
  readonly absent?: string;
  /** Ends the wait for what is written into a pipe. */
  readonly signal?: AbortSignal;
}

/**
 * What stands in `file`.
 * @throws {UsageError} when it cannot be read
 */
export async function readGiven(file: string, telling?: Telling): Promise<string> {
  return await readWhole(file, telling?.signal).catch((cause: unknown) => {
    telling?.signal?.throwIfAborted();
    throw cannotRead(file, cause, telling);
  });
}

/**
 * What stands in `file`, or on standard input when that is named.
 * @throws {UsageError} when it cannot be read
 */
export async function readGivenOrInput(
  file: string,
  { input, signal }: Surroundings,
): Promise<string> {
  if (file !== standardInput) return await readGiven(file, { signal });
  return await wholeText(input).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw cannotRead('standard input', cause);
  });
}

/** Why `file` cannot be read, as wrong usage. */
export function cannotRead(
  file: string,
  cause: unknown,
  { what, absent }: Telling = {},
): UsageError {
  const named = what === undefined ? file : `${what} ${file}`;
  const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const reason = isAbsent && absent !== undefined ? absent : `${whyUnreadable(cause)}.`;
  return new UsageError(`Cannot read ${named}: ${reason}`, { cause });
}
