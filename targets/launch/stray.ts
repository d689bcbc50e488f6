// A server that left the process group it was started in, as daemon(3) and setsid(1) make it: it can
// neither be watched nor stopped with its group.
import { readFileSync } from 'node:fs';
import { runMark, runVariable } from '../cleanup/guard.ts';
import { listenersOn } from '../sockets/listening.ts';
import { socketInodes } from '../processes/process-group.ts';
import { isLiving, readProcesses } from '../processes/process-table.ts';

/** The processes that we started, by the mark in their environment, and that listen on `port`. */
export function straysOn(port: number): readonly number[] {
  const onPort = new Set([...listenersOn(port)].flat().map(({ inode }) => inode));
  if (onPort.size === 0) return [];
  return (readProcesses() ?? [])
    .filter((row) => isLiving(row) && row.pid !== process.pid)
    .map(({ pid }) => pid)
    .filter((pid) => holdsAny(pid, onPort) && isMarked(pid));
}

/** Ends them at once; those that have ended meanwhile are passed over. */
export function endStrays(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

function holdsAny(pid: number, inodes: ReadonlySet<number>): boolean {
  for (const inode of socketInodes(pid) ?? []) if (inodes.has(inode)) return true;
  return false;
}

function isMarked(pid: number): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environment.split('\0').includes(`${runVariable}=${runMark}`);
  } catch {
    return false;
  }
}
