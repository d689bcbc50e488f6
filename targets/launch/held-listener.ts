// A listener that was found once: one look at the descriptor that holds it instead of at all tables.
import type { Listener } from '../sockets/listening.ts';
import { groupMembers, socketAt, socketsOf } from '../processes/process-group.ts';

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
  // Most servers are the command itself: the others are looked for only when it has not got it.
  const own = heldBy(leader, listeners);
  if (own !== undefined) return own;
  for (const { pid } of groupMembers(leader) ?? []) {
    const held = heldBy(pid, listeners);
    if (held !== undefined) return held;
  }
  return undefined;
}

/** Whether another process of the group has the listener, and its leader has not. */
export function isHeldForLeader(leader: number, listeners: readonly Listener[]): boolean {
  const isKnown = socketsOf(leader) !== undefined;
  const isOwn = heldBy(leader, listeners) !== undefined;
  return isKnown && !isOwn && heldListener(leader, listeners) !== undefined;
}

function heldBy(pid: number, listeners: readonly Listener[]): HeldListener | undefined {
  const sockets = socketsOf(pid);
  for (const { inode } of listeners) {
    const path = sockets?.get(inode);
    if (path === undefined) continue;
    const seenMs = performance.now();
    return { isStill: () => performance.now() - seenMs < trustedMs && socketAt(path) === inode };
  }
  return undefined;
}
