// A folder that is to be there, with those that it stands in.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes `folder` unless it is there. Node's own recursive mkdir never returns where a folder that
 * is there lets nothing be made in it and says so by ENOENT, as /proc does.
 * @throws {Error} of the file system, with its code
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && isFolder(folder)) return;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || isFolder(parent) || parent === folder) throw error;
    makeFolder(parent);
    makeFolder(folder);
  }
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
