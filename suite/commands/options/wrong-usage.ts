// Errors of the libraries that tell a user what to mend: a command passes them on as wrong usage.
import { UsageError } from '../command.ts';

type ErrorClass = new (...given: never[]) => Error;

/**
 * Throws `error` on, one of `kind` as wrong usage in its own words.
 * @throws {UsageError} when `error` is of `kind`
 */
export function throwAsUsage(error: unknown, kind: ErrorClass): never {
  if (error instanceof kind) throw new UsageError(error.message, { cause: error });
  throw error;
}
