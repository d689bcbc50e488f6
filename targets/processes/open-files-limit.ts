// How many files a process may have open at once.
import { readProcFile } from './proc-file.ts';

/**
 * The soft limit of open files of process `pid`, as it is now; see getrlimit(2), RLIMIT_NOFILE.
 * Undefined where it cannot be seen: no /proc, or the process has ended.
 */
export function openFilesLimit(pid: number | 'self'): number | undefined {
  try {
    const limits = readProcFile(`/proc/${pid}/limits`);
    const soft = /^Max open files\s+(\d+|unlimited)/mu.exec(limits)?.[1];
    if (soft === undefined) return undefined;
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return undefined;
  }
}
