// One grading at a time writes to a class's folder; one that was killed leaves a note of what it left.
import { rmSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { atExit } from '../../targets/at-exit.ts';
import { ownFolder } from '../../targets/own-folder.ts';
import { makeFolder } from '../make-folder.ts';
import { object, text, count } from '../shape.ts';

/** Another grading is at work in that folder. */
export class Occupied extends Error {
  override readonly name = 'Occupied';
}

export interface Occupation {
  /** An empty folder for what is unpacked and built. */
  readonly work: string;
  /** Removes it, and the note. */
  readonly leave: () => Promise<void>;
}

const noteName = '.grading';
const workPrefix = 'conform-grade-';
const shape = object({ host: text, pid: count, work: text });

/** The note is touched this often; one that is so much older was left by somebody who was killed. */
const touchMs = 10_000;
const staleMs = 120_000;

interface Note {
  readonly host: string;
  readonly pid: number;
  readonly work: string;
}

/**
 * Takes the class's folder `out` for this process, and clears away what a killed one left.
 * @throws {Occupied} while another process grades into it
 */
export async function occupy(out: string): Promise<Occupation> {
  makeFolder(out);
  const note = join(out, noteName);
  await clearAway(note);
  const folder = await ownFolder(workPrefix);
  const work = folder.path;
  const mine: Note = { host: hostname(), pid: process.pid, work };
  await writeFile(note, `${JSON.stringify(mine)}\n`, { flag: 'wx' }).catch(
    async (cause: unknown) => {
      await folder.remove();
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
      await rm(note, { force: true });
      stay();
    },
  };
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
    return shape(value, 'it') === null ? (value as Note) : undefined;
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
