// A file that was named on the command line, to be written.
import { openPlace, placeKey, type PlaceOptions } from '../../files/output-place.ts';
import type { OutputPlace } from '../../files/place.ts';
import { UsageError, type Surroundings } from '../command.ts';

interface Telling extends PlaceOptions {
  /** What is to stand in it, as in `the result`. */
  readonly what: string;
}

/**
 * Opens `file` to be written.
 * @throws {UsageError} when it could not be
 */
export function openGivenPlace(
  file: string,
  surroundings: Surroundings,
  { what, ...options }: Telling,
): OutputPlace {
  try {
    return openPlace(file, surroundings, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot write ${what} to ${file}: ${reason}`, { cause });
  }
}

/**
 * Sees that no report goes to the file of another option.
 * @param specs as `--reporter` takes them
 * @throws {UsageError} when one does
 */
export function refuseSharedPlace(option: string, file: string, specs: readonly string[]): void {
  const key = placeKey(file);
  if (key === undefined) return;
  for (const spec of specs) {
    const [, ...rest] = spec.split('=');
    if (placeKey(rest.length === 0 ? null : rest.join('=')) !== key) continue;
    throw new UsageError(
      `${option} ${file} and --reporter ${spec} would write to the same place: give each a file of its own.`,
    );
  }
}
