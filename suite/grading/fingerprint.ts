// Whether a submission was graded already: a digest of what was handed in and of how it is graded.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { pathIn } from '../../targets/submissions/raw-name.ts';

/**
 * The digest of the file or folder `path`, graded under settings of that digest. Names, contents and
 * the right to be executed count, times do not. A link that stands for the whole is followed, since
 * its owner is the instructor; those within are not, and pipes and sockets are not opened.
 * @throws {Error} of the file system, where something cannot be read
 */
export async function fingerprintOf(path: string, settings: string): Promise<string> {
  const hash = createHash('sha256').update(`${settings}\n`);
  await add(hash, Buffer.from(path), Buffer.alloc(0), await stat(path));
  return hash.digest('hex');
}

async function add(hash: Hash, path: Buffer, name: Buffer, about: Stats): Promise<void> {
  const tell = (kind: string, rest: string): void => {
    // Lengths first: no name can pass for what follows it.
    hash.update(`${kind} ${name.length} `).update(name).update(` ${rest}\n`);
  };
  if (about.isDirectory()) {
    const names = await readdir(path, { encoding: 'buffer' });
    tell('folder', String(names.length));
    for (const one of names.sort((a, b) => a.compare(b))) {
      const inside = pathIn(path, one);
      await add(hash, inside, one, await lstat(inside));
    }
  } else if (about.isFile()) {
    tell('file', `${about.size} ${(about.mode & 0o100) === 0 ? '' : 'x'}`);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } else if (about.isSymbolicLink()) {
    tell('link', (await readlink(path, { encoding: 'buffer' })).toString('hex'));
  } else {
    tell('other', '');
  }
}
