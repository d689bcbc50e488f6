// From what was handed in to a folder of ours with the program's files in it.
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SubmissionSource } from '../submissions.ts';
import { SubmissionUnusable } from '../unusable.ts';
import { copyFolder } from './copy-folder.ts';
import { TreeWriter, unpackLimits, type UnpackLimits } from './tree-writer.ts';
import { untar } from './untar.ts';
import { unzip } from './unzip.ts';

/**
 * Unpacks or copies `source` into a new folder in `workFolder`, and tells where its files are: the
 * only folder in it is entered. What is handed in is never changed.
 * @throws {SubmissionUnusable} of kind `refused`, with the entry and what is wrong with it
 */
export async function unpack(
  source: SubmissionSource,
  workFolder: string,
  signal: AbortSignal,
  limits: UnpackLimits = unpackLimits,
): Promise<string> {
  const root = join(workFolder, 'submission');
  await mkdir(root);
  if (source.kind === 'folder') {
    const writer = new TreeWriter(root, undefined, limits);
    await copyFolder(source.path, writer, signal);
    await writer.finish();
  } else {
    const writer = new TreeWriter(root, (await stat(source.path)).size, limits);
    const packing = await packingOf(source);
    if (packing === 'zip') await unzip(source.path, writer, signal);
    else await untar(source.path, packing === 'gzip', writer, signal);
    await writer.finish();
  }
  return await enter(root);
}

/** A folder in an empty folder is only its wrapping: `ada.zip` holds `ada/`, and that the program. */
async function enter(root: string): Promise<string> {
  let folder = root;
  for (;;) {
    const [only, ...others] = await readdir(folder, { withFileTypes: true });
    if (only === undefined) {
      throw new SubmissionUnusable(
        'refused',
        'It is empty: there is no file in it. Submit the sources of your program.',
      );
    }
    if (others.length > 0 || !only.isDirectory()) return folder;
    folder = join(folder, only.name);
  }
}

type Packing = 'zip' | 'gzip' | 'tar';

/** What the first bytes say; a name can say anything. */
const marks: readonly (readonly [Packing | 'other', string, number, readonly number[]])[] = [
  ['zip', 'a zip archive', 0, [0x50, 0x4b, 0x03, 0x04]],
  ['zip', 'an empty zip archive', 0, [0x50, 0x4b, 0x05, 0x06]],
  ['gzip', 'packed by gzip', 0, [0x1f, 0x8b]],
  ['tar', 'a tar archive', 257, [0x75, 0x73, 0x74, 0x61, 0x72]],
  ['other', 'a RAR archive', 0, [0x52, 0x61, 0x72, 0x21]],
  ['other', 'a 7z archive', 0, [0x37, 0x7a, 0xbc, 0xaf]],
  ['other', 'packed by xz', 0, [0xfd, 0x37, 0x7a, 0x58]],
  ['other', 'packed by bzip2', 0, [0x42, 0x5a, 0x68]],
];

async function packingOf({ path, kind }: SubmissionSource): Promise<Packing> {
  const head = Buffer.alloc(512);
  const file = await open(path, 'r');
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  const [packing, words] =
    marks.find(([, , at, mark]) => mark.every((byte, index) => head[at + index] === byte)) ?? [];
  // A browser may unpack a .tar.gz and keep its name: both are read.
  const isWhatItSays = kind === 'zip' ? packing === 'zip' : packing === 'gzip' || packing === 'tar';
  if (isWhatItSays && packing !== undefined && packing !== 'other') return packing;
  const found = words ?? 'not an archive of any known kind';
  throw new SubmissionUnusable(
    'refused',
    `${basename(path)} is ${found}, whatever its name says. Expected a zip, tar or tar.gz archive ` +
      'with the ending that belongs to it.',
  );
}
