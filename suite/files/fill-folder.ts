// A folder that is filled as a whole: whoever is killed in between leaves nothing that looks like one.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from '../../targets/cleanup/at-exit.ts';
import { makeFolder } from './make-folder.ts';
import { draftMark } from './write-atomically.ts';

/**
 * What is in `folder`; a draft does not count. One that somebody left who was killed goes.
 * @returns nothing when there is no such folder
 */
export function filledWith(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Not there, or no folder: told when it is made.
    return [];
  }
  const drafts = names.filter((name) => name.startsWith(draftMark));
  for (const draft of drafts) {
    if (!isAtWork(draft)) rmSync(join(folder, draft), { recursive: true, force: true });
  }
  return names.filter((name) => !drafts.includes(name));
}

/**
 * Has `fill` fill a draft of `folder`, then puts all of it in its place, `last` last: who finds that
 * finds the rest. Makes the folders that it needs. When `fill` throws, nothing stays.
 * @throws {Error} of `fill`, or of the file system, with its code
 */
export async function fillFolder(
  folder: string,
  last: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  makeFolder(folder);
  const draft = join(folder, `${draftMark}${process.pid}`);
  const remove = (): void => rmSync(draft, { recursive: true, force: true });
  const stay = atExit(remove);
  try {
    mkdirSync(draft);
    await fill(draft);
    const names = readdirSync(draft).filter((name) => name !== last);
    for (const name of [...names, last]) renameSync(join(draft, name), join(folder, name));
  } finally {
    remove();
    stay();
  }
}

function isAtWork(draft: string): boolean {
  const pid = Number(draft.slice(draftMark.length));
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process lives too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
