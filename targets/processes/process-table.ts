// The kernel's table of processes, a row each, as /proc shows it.
import { readdirSync } from 'node:fs';
import { readProcFile } from './proc-file.ts';

/** A process; its start tells it from a later one that got the same number. */
export interface Member {
  readonly pid: number;
  /** In clock ticks since the machine started. */
  readonly startTicks: number;
}

/** A row of the table; field names after proc_pid_stat(5). */
export interface ProcessRow extends Member {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  /** Used by itself and by the ended children that it has waited for, in clock ticks. */
  readonly cpuTicks: number;
  /** As waitpid(2) will give it, once it ended; 0 when it may not be seen. */
  readonly status: number;
}

/** Every process that /proc shows; undefined where there is none. */
export function readProcesses(): readonly ProcessRow[] | undefined {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return undefined;
  }
  const rows = readRowsOf(names.filter((name) => /^\d+$/u.test(name)).map(Number));
  return rows.length === 0 ? undefined : rows;
}

/** The rows of `pids`, in their order, as far as those still are there. */
export function readRowsOf(pids: readonly number[]): readonly ProcessRow[] {
  // The youngest first: of those that end at once, more are still there to be read.
  return pids
    .toReversed()
    .map((pid) => readProcess(pid))
    .filter((row) => row !== undefined)
    .reverse();
}

/** The row of `pid`, or of a thread of it; undefined when there is none such, or no /proc. */
export function readProcess(pid: number, thread?: number): ProcessRow | undefined {
  const folder = thread === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${thread}`;
  let text: string;
  try {
    text = readProcFile(`${folder}/stat`);
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold blanks and parentheses itself.
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const [state = '', parent, group, session] = fields;
  const cpuTicks = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    threads: Number(fields[17]),
    cpuTicks,
    startTicks: Number(fields[19]),
    status: Number(fields[49]),
  };
}

/** Ended and not waited for; one whose first thread alone has ended still lives. */
export const isZombie = ({ state, threads }: ProcessRow): boolean => state === 'Z' && threads <= 1;

export const isLiving = (row: ProcessRow): boolean => row.state !== 'X' && !isZombie(row);

/** `roots` and all that descend from them, as numbers. */
export function familyOf(
  rows: readonly ProcessRow[],
  roots: Iterable<number>,
): ReadonlySet<number> {
  const family = new Set(roots);
  // A child may have a lower number than its parent: again until nothing is added.
  for (let before = -1; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return family;
}
