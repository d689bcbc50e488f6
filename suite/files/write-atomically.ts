// A file that is there is whole, also when we are killed while it is written.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * As {@link replaceFile}; makes the folders that it needs.
 * @throws {Error} of the file system, with its code
 */
export function writeAtomically(file: string, text: string): void {
  makeFolder(dirname(file));
  replaceFile(file, text);
}

/**
 * Writes `content` beside `file`, then puts it in its place. A link is followed, and who may read the
 * file stays as it was. What is no regular file is written to as it stands. It is synchronous: no
 * signal comes between.
 * @param mode of a file that was not there, 0o666 but for the umask when absent
 * @throws {Error} of the file system, with its code; nothing is left behind then
 */
export function replaceFile(file: string, content: string | Uint8Array, mode = 0o666): void {
  const place = linkedPlace(file);
  const before = statSync(place, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile()) {
    // A pipe that nobody reads is an error, not a wait that no signal ends.
    const descriptor = openSync(place, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeFileSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    return;
  }
  clearDrafts(place);
  const draft = draftOf(place);
  try {
    writeFileSync(draft, content, { flag: 'wx', mode });
    if (before !== undefined) takeOver(before, draft);
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { force: true });
    if (!isFixedInPlace(error, before)) throw of(file, draft, error);
    writeFileSync(place, content);
  }
}

/**
 * Sees whether {@link replaceFile} could write `file` now; it stays as it is.
 * @throws {Error} of the file system, with its code
 */
export function tryToReplace(file: string): void {
  const place = linkedPlace(file);
  const before = statSync(place, { throwIfNoEntry: false });
  // What may not be written must not be put aside either; a folder is told as one.
  if (before !== undefined) closeSync(openSync(place, 'a'));
  const draft = draftOf(place);
  try {
    closeSync(openSync(draft, 'wx'));
  } catch (error) {
    if (!isFixedInPlace(error, before)) throw of(file, draft, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** More links in a row than any kernel follows. */
const mostLinks = 40;

/**
 * Where `file` is in the end: every link in its path is followed, also one whose end is not there yet.
 * A link that `isEnd` says yes of is not followed.
 * @throws {Error} ELOOP, when links go round in a circle
 */
export function linkedPlace(file: string, isEnd: (path: string) => boolean = never): string {
  let path = resolve(file);
  for (let links = 0; links < mostLinks; links += 1) {
    path = join(realFolder(dirname(path)), basename(path));
    if (isEnd(path)) return path;
    let target: string;
    try {
      target = readlinkSync(path);
    } catch {
      // No link, or nothing there.
      return path;
    }
    path = resolve(dirname(path), target);
  }
  throw Object.assign(new Error(`ELOOP: too many links: ${file}`), { code: 'ELOOP' });
}

/** The folder itself, also where it and some that it stands in are not there yet. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) return folder;
    return join(realFolder(parent), basename(folder));
  }
}

const never = (): boolean => false;

/** What the name of a file that is not yet in its place holds, told from others by eye. */
export const draftMark = '.conform-draft-';

/** As long as any file system takes. */
const stemOf = (place: string): string => `.${basename(place).slice(0, 40)}${draftMark}`;

/** Two writers may write the same file at once: each has a name of its own. */
const draftOf = (place: string): string =>
  join(dirname(place), `${stemOf(place)}${randomBytes(6).toString('hex')}`);

/** The error of a draft as one of the file that it was to become: nobody has heard of the draft. */
function of(file: string, draft: string, error: unknown): unknown {
  if (error instanceof Error && (error as NodeJS.ErrnoException).path === draft) {
    error.message = error.message.replace(draft, file);
    Object.assign(error, { path: file });
  }
  return error;
}

/** A draft lives for a moment: one so old was left by somebody who was killed, in milliseconds. */
const abandonedMs = 10_000;

function clearDrafts(place: string): void {
  const folder = dirname(place);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(stemOf(place))) continue;
    const draft = join(folder, name);
    const { mtimeMs = Infinity } = statSync(draft, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > abandonedMs) rmSync(draft, { force: true });
  }
}

/** The permissions of a file that is replaced, and its owner where that may be given. */
function takeOver({ mode, uid, gid }: Stats, draft: string): void {
  const { uid: ownUid, gid: ownGid } = statSync(draft);
  if (uid !== ownUid || gid !== ownGid) {
    try {
      chownSync(draft, uid, gid);
    } catch {
      // Only an administrator may.
    }
  }
  // Last: giving it away takes some of them.
  chmodSync(draft, mode & 0o7777);
}

/** A file that is there may be writable where its folder is not, or be mounted by itself. */
function isFixedInPlace(error: unknown, before: Stats | undefined): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return before?.isFile() === true && ['EACCES', 'EPERM', 'EBUSY', 'EROFS', 'EXDEV'].includes(code);
}
