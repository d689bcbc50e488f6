// A file that was named on the command line.
import { mostBytes, readWhole, wholeText } from '../read-whole.ts';
import { UsageError, type Surroundings } from './command.ts';

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
  { what, absent = 'there is no such file.' }: Telling = {},
): UsageError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  const named = what === undefined ? file : `${what} ${file}`;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: absent,
    EISDIR: 'it is a folder.',
    ENOTDIR: 'a part of its path is no folder.',
    EACCES: 'it is not ours to read.',
    EFBIG: `it is larger than ${mostBytes / 1024 / 1024} MiB, the most that conform reads.`,
  };
  return new UsageError(`Cannot read ${named}: ${reasons[code] ?? `${code}.`}`, { cause });
}
