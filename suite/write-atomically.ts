// A file that is there is whole, also when we are killed while it is written.
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * As {@link replaceFile}; makes the folders that it needs.
 * @throws {Error} of the file system, with its code
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  makeFolder(dirname(file));
  await replaceFile(file, text);
}

/**
 * Writes `text` beside `file`, then puts it in its place.
 * @throws {Error} of the file system, with its code; nothing is left behind then
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  // Two writers may write the same file at once: each has a name of its own.
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
