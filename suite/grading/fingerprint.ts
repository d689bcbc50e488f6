// Whether a submission was graded already: a digest of what was handed in and of how it is graded.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The digest of the file or folder `path`, graded under settings of that digest. Names, contents and
 * the right to be executed count, times do not. Links are not followed, pipes and sockets not opened.
 * @throws {Error} of the file system, where something cannot be read
 */
export async function fingerprintOf(path: string, settings: string): Promise<string> {
  const hash = createHash('sha256').update(`${settings}\n`);
  await add(hash, path, '');
  return hash.digest('hex');
}

async function add(hash: Hash, path: string, name: string): Promise<void> {
  const about = await lstat(path);
  const tell = (kind: string, rest: string): void => {
    // Lengths first: no name can pass for what follows it.
    hash.update(`${kind} ${Buffer.byteLength(name)} ${name} ${rest}\n`);
  };
  if (about.isDirectory()) {
    const names = (await readdir(path)).sort();
    tell('folder', String(names.length));
    for (const one of names) await add(hash, join(path, one), one);
  } else if (about.isFile()) {
    tell('file', `${about.size} ${(about.mode & 0o100) === 0 ? '' : 'x'}`);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } else if (about.isSymbolicLink()) {
    tell('link', await readlink(path));
  } else {
    tell('other', '');
  }
}
