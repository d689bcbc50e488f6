// A temporary folder of ours: it goes with this process, also when SIGKILL ends that.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atExit } from './at-exit.ts';
import { guard } from './guard.ts';

export interface OwnFolder {
  readonly path: string;
  /** Removes it with all that is in it; may be called again. */
  readonly remove: () => Promise<void>;
}

/** What is killed may still write for a moment. */
const patience = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

/**
 * Makes an empty folder among the temporary ones, its name beginning with `prefix`.
 * @throws {Error} of the file system, with its code
 */
export async function ownFolder(prefix: string): Promise<OwnFolder> {
  const path = await mkdtemp(join(resolve(tmpdir()), prefix));
  const stay = atExit(() => {
    rmSync(path, patience);
  });
  guard().watchFolder(path);
  return {
    path,
    remove: async () => {
      await rm(path, patience).catch(() => undefined);
      guard().releaseFolder(path);
      stay();
    },
  };
}
