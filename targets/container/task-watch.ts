// Ends a container that has used up its processes: at the limit a fork bomb does no harm that lasts,
// but thousands of processes that try to fork on keep the whole machine from its work.
import { readFileSync } from 'node:fs';
import { isAtHand } from './network/sockets.ts';

const lookMs = 400;
/** A crowd comes and goes: one that is meant to stay is seen this often in a row. */
const looksInRow = 3;
const fullShare = 0.98;

/**
 * Calls `onFull` when the container of process `pid` has stood at its limit of tasks for about a
 * second. Returns what ends the watch. Where its processes are not on this machine, it is not watched.
 */
export function watchTasks(
  { pid, containerId }: { readonly pid: number; readonly containerId: string },
  limit: number,
  onFull: () => void,
): () => void {
  const path = isAtHand(pid, containerId) ? countPath(pid) : undefined;
  if (path === undefined) return () => undefined;
  let inRow = 0;
  const timer = setInterval(() => {
    inRow = tasksIn(path) >= limit * fullShare ? inRow + 1 : 0;
    if (inRow < looksInRow) return;
    clearInterval(timer);
    onFull();
  }, lookMs).unref();
  return () => {
    clearInterval(timer);
  };
}

/** Where the kernel counts the tasks of the group that `pid` is in; see cgroups(7). */
function countPath(pid: number): string | undefined {
  let groups: string;
  try {
    groups = readFileSync(`/proc/${pid}/cgroup`, 'latin1');
  } catch {
    return undefined;
  }
  // `8:pids:/docker/…` in version 1, `0::/docker/…` in version 2, which may stand beside it, empty.
  const first = /^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(.+)$/mu.exec(groups)?.[1];
  if (first !== undefined) return `/sys/fs/cgroup/pids${first}/pids.current`;
  const second = /^0::(.+)$/mu.exec(groups)?.[1];
  return second === undefined ? undefined : `/sys/fs/cgroup${second}/pids.current`;
}

function tasksIn(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1'));
  } catch {
    return 0;
  }
}
