// Whether parts of a class or of a run are to be joined.
import { stat } from 'node:fs/promises';
import { UsageError } from '../command.ts';
import { cannotRead } from '../options/given-file.ts';

/**
 * True for folders, false for files.
 * @throws {UsageError} when one is not there, or both kinds are
 */
export async function isDirectory(parts: readonly string[]): Promise<boolean> {
  const kinds = await Promise.all(
    parts.map(async (part) => {
      const found = await stat(part).catch((cause: unknown) => {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotRead(part, cause);
        throw new UsageError(`There is no ${part}.`, { cause });
      });
      return found.isDirectory();
    }),
  );
  if (new Set(kinds).size > 1) {
    throw new UsageError(
      'Folders are the parts of a class, files those of a run: they cannot be merged with each other.',
    );
  }
  return kinds[0] ?? false;
}
