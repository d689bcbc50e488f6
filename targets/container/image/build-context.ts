// What of a folder an engine is sent to build an image from.
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoring } from './ignore.ts';
import type { TarEntry } from './tar.ts';

/** Hundreds of patterns: nobody writes more by hand, and each costs time for each file. */
const mostIgnoreBytes = 65_536;

const alwaysSent = new Set(['Dockerfile', '.dockerignore']);

/**
 * Everything in `folder` but what its .dockerignore leaves out; the Dockerfile always. What is
 * neither file, folder nor link (a socket, a FIFO) is left out too. A .dockerignore that is no file, or
 * has more than 64 KiB, leaves nothing out.
 */
export async function* buildContext(folder: string): AsyncGenerator<TarEntry> {
  const ignored = ignoring(await ignoreText(join(folder, '.dockerignore')));
  // A folder that is left out is still looked through: an exception may take part of it back in.
  for (const queue = ['']; queue.length > 0;) {
    const parent = queue.shift() ?? '';
    const names = (await readdir(join(folder, parent))).sort();
    for (const name of names) {
      const path = parent === '' ? name : `${parent}/${name}`;
      const entry = await entryOf(folder, path);
      if (entry?.content.kind === 'folder') queue.push(path);
      if (entry !== undefined && (alwaysSent.has(path) || !ignored(path))) yield entry;
    }
  }
}

async function ignoreText(file: string): Promise<string> {
  try {
    // Of a FIFO or a device the end might never come.
    const status = await stat(file);
    return status.isFile() && status.size <= mostIgnoreBytes ? await readFile(file, 'utf8') : '';
  } catch {
    return '';
  }
}

async function entryOf(folder: string, name: string): Promise<TarEntry | undefined> {
  const path = join(folder, name);
  const stats = await lstat(path);
  const { mode, size } = stats;
  if (stats.isFile()) return { name, mode, content: { kind: 'file', path, size } };
  if (stats.isDirectory()) return { name, mode, content: { kind: 'folder' } };
  if (stats.isSymbolicLink()) return { name, mode: 0o777, content: { kind: 'link', path } };
  return undefined;
}
