// One grading at a time writes to a class's folder; one that was killed leaves a note of what it left.
import { rmSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { atExit } from '../../targets/cleanup/at-exit.ts';
import { ownFolder } from '../../targets/cleanup/own-folder.ts';
import { isTold, object, text, whole, type Told } from '../../clients/shapes/shape.ts';
import { makeFolder } from '../files/make-folder.ts';
import { systemFault } from '../program/system-fault.ts';

/** Another grading is at work in that folder. */
export class Occupied extends Error {
  override readonly name = 'Occupied';
}

/** The class's folder, or the one for temporary files, cannot be written. */
export class FolderUnusable extends Error {
  override readonly name = 'FolderUnusable';
}

export interface Occupation {
  /** An empty folder for what is unpacked and built. */
  readonly work: string;
  /** Removes it, and the note. */
  readonly leave: () => Promise<void>;
}

const noteName = '.grading';
const workPrefix = 'conform-grade-';
/** What the note says. Process 0 would be our own group. */
const noteShape = object({ host: text, pid: whole(1, 2 ** 31 - 1), work: text });
type Note = Told<typeof noteShape>;

/** The note is touched this often; one that is so much older was left by somebody who was killed. */
const touchMs = 10_000;
const staleMs = 120_000;

/**
 * Takes the class's folder `out` for this process, and clears away what a killed one left.
 * @throws {Occupied} while another process grades into it
 * @throws {FolderUnusable} when nothing can be written there, or among the temporary files
 */
export async function occupy(out: string): Promise<Occupation> {
  const note = join(out, noteName);
  try {
    makeFolder(out);
    await clearAway(note);
  } catch (error) {
    throw unusable(error, 'The results cannot be written there: give another --out');
  }
  const folder = await ownFolder(workPrefix).catch((error: unknown) => {
    throw unusable(
      error,
      'Submissions are built among the temporary files: set TMPDIR to a folder that can be written',
    );
  });
  const work = folder.path;
  const mine: Note = { host: hostname(), pid: process.pid, work };
  await writeFile(note, `${JSON.stringify(mine)}\n`, { flag: 'wx' }).catch(
    async (cause: unknown) => {
      await folder.remove();
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw unusable(cause, 'The results cannot be written there: give another --out');
      }
      throw new Occupied(`Another grading has just begun to write to ${out}.`, { cause });
    },
  );
  const stay = atExit(() => {
    rmSync(note, { force: true });
  });
  const touching = setInterval(() => {
    const now = new Date();
    utimes(note, now, now).catch(() => undefined);
  }, touchMs);
  touching.unref();
  return {
    work,
    leave: async () => {
      clearInterval(touching);
      await folder.remove();
      await rm(note, { force: true }).catch(() => undefined);
      stay();
    },
  };
}

/** The fault as wrong usage, with what to do; an Occupied as it is. */
function unusable(error: unknown, remedy: string): unknown {
  const fault = systemFault(error);
  return fault === undefined ? error : new FolderUnusable(`${fault} ${remedy}.`, { cause: error });
}

async function clearAway(note: string): Promise<void> {
  const content = await readFile(note, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  const left = parsed(content);
  const isFresh = Date.now() - (await stat(note)).mtimeMs < staleMs;
  if (left !== undefined && isFresh && isAtWork(left)) {
    throw new Occupied(
      `Process ${left.pid} on ${left.host} is grading into ${dirname(note)}: wait until it has ended, or give another --out.`,
    );
  }
  // A note that somebody else wrote must not name what is removed.
  const isOurs =
    left?.host === hostname() &&
    dirname(left.work) === resolve(tmpdir()) &&
    basename(left.work).startsWith(workPrefix);
  if (isOurs) await rm(left.work, { recursive: true, force: true });
  await rm(note, { force: true });
}

function parsed(content: string): Note | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isTold(noteShape, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nothing but its note can be seen. */
function isAtWork({ host, pid }: Note): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
