// Writes what comes out of an archive or a folder of somebody else's into a folder of ours. It trusts
// no name and no size that it is told; what it writes counts, byte by byte.
import { copyFile, mkdir, open, realpath, rm, stat, symlink } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { SubmissionUnusable } from '../unusable.ts';
import { entryParts, isPassedOver, refusal } from './entry-path.ts';

const mebibyte = 1024 * 1024;

/** What a submission may come to when it is unpacked. */
export interface UnpackLimits {
  readonly totalBytes: number;
  readonly fileBytes: number;
  /** Files, folders and links together, those that are passed over not counted. */
  readonly entries: number;
  /** Looked at in all, with what is passed over: the history of a project is long. */
  readonly looks: number;
  /** How many times its own size an archive may unpack to, beyond the first few megabytes. */
  readonly ratio: number;
}

/** A program of a course is far below all of them. */
export const unpackLimits: UnpackLimits = {
  totalBytes: 64 * mebibyte,
  fileBytes: 32 * mebibyte,
  entries: 5000,
  looks: 100_000,
  ratio: 200,
};

/** Below this much nothing is a bomb, however well it packs: an empty log of a megabyte may. */
const ratioCountsFromBytes = 8 * mebibyte;

type Written = 'folder' | 'file' | 'link';

interface Entry {
  readonly path: string;
  readonly kind: Written;
}

interface Link {
  readonly name: string;
  readonly path: string;
  readonly to: string;
}

/** One submission on its way into `root`, which exists and is empty. */
export class TreeWriter {
  readonly #root: string;
  readonly #limits: UnpackLimits;
  /** The archive's own size in bytes; undefined for a folder, which cannot be a bomb. */
  readonly #packedBytes: number | undefined;
  /** By the name as a file system would see it that does not tell `A` from `a`. */
  readonly #written = new Map<string, Entry>();
  readonly #links: Link[] = [];
  #totalBytes = 0;
  #looks = 0;

  constructor(root: string, packedBytes: number | undefined, limits = unpackLimits) {
    this.#root = root;
    this.#packedBytes = packedBytes;
    this.#limits = limits;
  }

  /**
   * Whether an entry is a part of the submission; those that are passed over are not.
   * @throws {SubmissionUnusable} when its name is not safe, or there are too many
   */
  wants(name: string): boolean {
    this.#looks += 1;
    if (this.#looks > this.#limits.looks) throw tooMany(this.#limits.looks);
    const parts = entryParts(name);
    return parts.length > 0 && !isPassedOver(parts);
  }

  async addFolder(name: string): Promise<void> {
    await this.#folder(name, pathOf(name));
  }

  /** Of its mode only whether its owner may run it is kept: setuid and the like never are. */
  async addFile(name: string, mode: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = pathOf(name);
    await this.#claim(name, path, 'file');
    const file = await open(join(this.#root, path), 'wx', (mode & 0o100) === 0 ? 0o644 : 0o755);
    try {
      let fileBytes = 0;
      for await (const chunk of content) {
        fileBytes += chunk.length;
        this.#count(name, fileBytes, chunk.length);
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  }

  /** A symbolic link; it is made when all files are there, so that nothing is written through it. */
  async addLink(name: string, to: string): Promise<void> {
    const path = pathOf(name);
    if (to.startsWith('/') || to.includes('\\') || /^[a-z]:/iu.test(to)) {
      throw refusal(name, `is a link to the absolute path ${JSON.stringify(to)}. ${noLinks}`);
    }
    const aim = posix.normalize(posix.join(posix.dirname(path), to));
    if (aim === '..' || aim.startsWith('../')) throw leadsOut(name, to);
    await this.#claim(name, path, 'link');
    this.#links.push({ name, path, to });
  }

  /** A second name for a file that was written before: it becomes a copy of it. */
  async addHardLink(name: string, to: string): Promise<void> {
    const path = pathOf(name);
    const first = pathOf(to);
    const original = this.#written.get(keyOf(first));
    if (original?.kind !== 'file' || original.path !== first) {
      throw refusal(
        name,
        `is a second name of ${JSON.stringify(to)}, which is not a file before it. ${noLinks}`,
      );
    }
    await this.#claim(name, path, 'file');
    const from = join(this.#root, original.path);
    const { size } = await stat(from);
    this.#count(name, size, size);
    await copyFile(from, join(this.#root, path));
  }

  /**
   * Makes the links, and looks where each of them truly leads. One that leads nowhere is left out.
   * @throws {SubmissionUnusable} when one leads out
   */
  async finish(): Promise<void> {
    for (const { path, to } of this.#links) await symlink(to, join(this.#root, path));
    const root = await realpath(this.#root);
    for (const { name, path, to } of this.#links) {
      const link = join(this.#root, path);
      const aim = await realpath(link).catch(() => undefined);
      if (aim === undefined) await rm(link);
      else if (aim !== root && !aim.startsWith(root + sep)) throw leadsOut(name, to);
    }
  }

  async #claim(name: string, path: string, kind: Written): Promise<void> {
    const parent = posix.dirname(path);
    if (parent !== '.') await this.#folder(name, parent);
    const key = keyOf(path);
    const other = this.#written.get(key);
    if (other !== undefined) {
      const clash = clashOf({ path, kind }, other);
      const isItself = path === pathOf(name);
      const what = isItself ? clash : `lies in the folder ${path}, which ${clash}`;
      throw refusal(name, `${what}. conform cannot tell which one counts: leave one of them out.`);
    }
    if (this.#written.size >= this.#limits.entries) throw tooMany(this.#limits.entries);
    this.#written.set(key, { path, kind });
  }

  async #folder(name: string, path: string): Promise<void> {
    const other = this.#written.get(keyOf(path));
    if (other?.kind === 'folder' && other.path === path) return;
    await this.#claim(name, path, 'folder');
    await mkdir(join(this.#root, path));
  }

  #count(name: string, fileBytes: number, moreBytes: number): void {
    const { totalBytes, fileBytes: mostFileBytes, ratio } = this.#limits;
    if (fileBytes > mostFileBytes) {
      throw refusal(name, `unpacks to more than ${mebibytes(mostFileBytes)}. ${noData}`);
    }
    this.#totalBytes += moreBytes;
    if (this.#totalBytes > totalBytes) {
      throw new SubmissionUnusable(
        'refused',
        `It unpacks to more than ${mebibytes(totalBytes)}. ${noData}`,
      );
    }
    const isBomb =
      this.#packedBytes !== undefined &&
      this.#totalBytes > ratioCountsFromBytes &&
      this.#totalBytes > ratio * this.#packedBytes;
    if (isBomb) {
      throw new SubmissionUnusable(
        'refused',
        `It unpacks to more than ${ratio} times its own size, as an archive bomb does. ${noData}`,
      );
    }
  }
}

const noData = 'Submit only the sources, without data, builds and libraries.';
const noLinks = 'Submit the files themselves, without links that leave the folder.';

const mebibytes = (bytes: number): string => `${bytes / mebibyte} MiB`;

const pathOf = (name: string): string => entryParts(name).join('/');

/** What two entries have in common that a file system can hold only one of. */
function clashOf(one: Entry, other: Entry): string {
  const composed = (path: string): string => path.normalize('NFC');
  if (one.path === other.path) {
    return one.kind === other.kind
      ? 'is there twice'
      : `is there as a ${other.kind} and as a ${one.kind}`;
  }
  if (composed(one.path) === composed(other.path)) {
    return `looks the same as ${other.path}: one letter is written as one character or as two (Unicode)`;
  }
  const isCaseOnly = one.path.toLowerCase() === other.path.toLowerCase();
  return isCaseOnly
    ? `differs from ${other.path} in case only`
    : `differs from ${other.path} in case, and in how its letters are written (Unicode), only`;
}

const keyOf = (path: string): string => path.normalize('NFC').toLowerCase();

const leadsOut = (name: string, to: string): SubmissionUnusable =>
  refusal(
    name,
    `is a link to ${JSON.stringify(to)}, which leads out of the submission. ${noLinks}`,
  );

const tooMany = (most: number): SubmissionUnusable =>
  new SubmissionUnusable('refused', `It has more than ${most} files and folders. ${noData}`);
