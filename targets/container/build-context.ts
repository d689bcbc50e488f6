// What of a folder an engine is sent to build an image from.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoring } from './ignore.ts';
import type { TarEntry } from './tar.ts';

const alwaysSent = new Set(['Dockerfile', '.dockerignore']);

/**
 * Everything in `folder` but what its .dockerignore leaves out; the Dockerfile always. What is
 * neither file, folder nor link (a socket, a FIFO) is left out too.
 */
export async function* buildContext(folder: string): AsyncGenerator<TarEntry> {
  const ignored = ignoring(await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => ''));
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

async function entryOf(folder: string, name: string): Promise<TarEntry | undefined> {
  const path = join(folder, name);
  const stats = await lstat(path);
  const { mode, size } = stats;
  if (stats.isFile()) return { name, mode, content: { kind: 'file', path, size } };
  if (stats.isDirectory()) return { name, mode, content: { kind: 'folder' } };
  if (stats.isSymbolicLink()) return { name, mode: 0o777, content: { kind: 'link', path } };
  return undefined;
}
