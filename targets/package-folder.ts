// Where the package stands. What is read or started beside our code (sources of servers, Dockerfiles, a program for a
// process of its own) is named from there: modules stand elsewhere once they are bundled.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of our package.json, an absolute path. */
export const packageFolder = above(import.meta.dirname);

/** Where the modules of ours that run were loaded from: the bundle, or the sources. */
export const loadedFolder = import.meta.filename.endsWith('.ts')
  ? packageFolder
  : join(packageFolder, 'dist');

function above(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const next = dirname(folder);
  if (next === folder) throw new Error(`No package.json above ${import.meta.dirname}.`);
  return above(next);
}
