// A module that a person wrote: it is code, and code may throw anything, or never come to its end.
import { pathToFileURL } from 'node:url';
import { noteUserModule } from '../program/user-modules.ts';

/** The module gives nothing; the message says why, in a clause. */
export class ModuleUnreadable extends Error {
  override readonly name = 'ModuleUnreadable';
}

/** Longer than any module needs that only declares things, in milliseconds. */
const longestMs = 10_000;

/**
 * What the module at `path` exports, once `chosen` has picked it out; a promise is waited for.
 * @throws {ModuleUnreadable} when it throws, or when something that it awaits never settles
 */
export async function importModule(
  path: string,
  chosen: (module: Readonly<Record<string, unknown>>) => unknown,
): Promise<unknown> {
  noteUserModule(path);
  let timer: NodeJS.Timeout | undefined;
  // The timer keeps the process alive: without one it would end in silence where nothing else is left.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = longestMs / 1000;
      reject(new ModuleUnreadable(`what it awaits has not come to an end after ${seconds} s`));
    }, longestMs);
  });
  try {
    return await Promise.race([exportOf(path, chosen), late]);
  } catch (cause) {
    if (cause instanceof ModuleUnreadable) throw cause;
    throw new ModuleUnreadable(thrownWords(cause), { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function exportOf(
  path: string,
  chosen: (module: Readonly<Record<string, unknown>>) => unknown,
): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  return await chosen(module);
}

/** What was thrown, in words, whatever it is. */
export function thrownWords(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    // An object may throw where it is read, too.
    return 'it threw something that cannot be shown';
  }
}
