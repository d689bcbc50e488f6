// Copies a folder that was handed in: what is built and run is never the student's own copy, and
// nothing of it reaches beyond the folder.
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
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
  for (const queue = ['']; queue.length > 0;) {
    const parent = queue.shift() ?? '';
    for (const entry of (await readdir(join(folder, parent))).sort()) {
      signal.throwIfAborted();
      const name = parent === '' ? entry : `${parent}/${entry}`;
      if (!writer.wants(name)) continue;
      const path = join(folder, name);
      const stats = await lstat(path);
      if (stats.isDirectory()) {
        await writer.addFolder(name);
        queue.push(name);
      } else if (stats.isSymbolicLink()) {
        await writer.addLink(name, await readlink(path));
      } else if (stats.isFile()) {
        await copyFile(path, name, stats.mode, writer);
      } else {
        throw refusal(name, 'is a device, a pipe or a socket. Hand in files and folders only.');
      }
    }
  }
}

async function copyFile(
  path: string,
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
