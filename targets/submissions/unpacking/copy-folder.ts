// Copies a folder that was handed in: what is built and run is never the student's own copy, and
// nothing of it reaches beyond the folder.
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { nameOf, pathIn } from '../raw-name.ts';
import { refusal } from './entry-path.ts';
import type { TreeWriter } from './tree-writer.ts';

/**
 * Hands everything in `folder` to `writer`.
 * @throws {SubmissionUnusable} when it holds what is not safe
 */
export async function copyFolder(
  folder: string,
  writer: TreeWriter,
  signal: AbortSignal,
): Promise<void> {
  const queue: { readonly name: string; readonly path: Buffer }[] = [
    { name: '', path: Buffer.from(folder) },
  ];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    const entries = await readdir(parent.path, { encoding: 'buffer' });
    for (const bytes of entries.sort((one, other) => one.compare(other))) {
      signal.throwIfAborted();
      const entry = nameOf(bytes);
      const name = parent.name === '' ? entry : `${parent.name}/${entry}`;
      if (!writer.wants(name)) continue;
      const path = pathIn(parent.path, bytes);
      const stats = await lstat(path);
      if (stats.isDirectory()) {
        await writer.addFolder(name);
        queue.push({ name, path });
      } else if (stats.isSymbolicLink()) {
        await writer.addLink(name, nameOf(await readlink(path, { encoding: 'buffer' })));
      } else if (stats.isFile()) {
        await copyFile(path, name, stats.mode, writer);
      } else {
        throw refusal(name, 'is a device, a pipe or a socket. Submit only files and folders.');
      }
    }
  }
}

async function copyFile(
  path: Buffer,
  name: string,
  mode: number,
  writer: TreeWriter,
): Promise<void> {
  // It may have become a link since it was looked at.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const content: AsyncIterable<Buffer> = file.createReadStream({ autoClose: false });
    await writer.addFile(name, mode, content);
  } finally {
    await file.close();
  }
}
