// Writes a file that is not there yet, and never over one that is.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { UsageError } from '../command.ts';

/**
 * Writes `text` into a new file, with the folders that it stands in.
 * @param name how messages call it
 * @returns false, with nothing changed, where something of that name is there already
 * @throws {UsageError} when it cannot be written
 */
export function putFile(path: string, name: string, text: string): boolean {
  let isOurs = false;
  try {
    makeFolder(dirname(path));
    // Fails for whatever has the name, a link to nowhere included.
    writeFileSync(path, '', { flag: 'wx' });
    isOurs = true;
    writeFileSync(path, text);
    return true;
  } catch (cause) {
    if (!isOurs && (cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    if (isOurs) rmSync(path, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot write ${name}: ${reason}`, { cause });
  }
}
