// A listener that was found once: one look at the descriptor that holds it instead of at all tables.
import { readdirSync, readlinkSync } from 'node:fs';
import type { Listener } from './listening.ts';
import { groupMembers } from './process-group.ts';

/** A socket in LISTEN state, and the descriptor by which a process has it open. */
export interface HeldListener {
  /** Whether that descriptor is the same socket still; false when it is better looked for anew. */
  readonly isStill: () => boolean;
}

/** A socket that is open may have been shut down all the same: the tables are asked this often. */
const trustedMs = 200;

/** The descriptor of one of `listeners` in the group that `leader` leads; undefined when unseen. */
export function heldListener(
  leader: number,
  listeners: readonly Listener[],
): HeldListener | undefined {
  const links = new Set(listeners.map(({ inode }) => `socket:[${inode}]`));
  for (const { pid } of groupMembers(leader) ?? []) {
    for (const descriptor of descriptorsOf(pid)) {
      const path = `/proc/${pid}/fd/${descriptor}`;
      const link = linkAt(path);
      if (link === undefined || !links.has(link)) continue;
      const seenMs = performance.now();
      return { isStill: () => performance.now() - seenMs < trustedMs && linkAt(path) === link };
    }
  }
  return undefined;
}

function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
