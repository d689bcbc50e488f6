// Which processes of this machine are no kin of a server. A desktop has hundreds, and a server is looked at
// dozens of times in a run: who was seen to be a stranger is not read again.
import { readdirSync, readlinkSync } from 'node:fs';
import { readProcFile } from './proc-file.ts';
import { familyOf, readRowsOf, type ProcessRow } from './process-table.ts';

/** Until then, in milliseconds, the kernel cannot have given out all its numbers (pid_max, 32768 at the least) once more. */
const freshMs = 1000;

/**
 * The strangers of one server. A stranger stays one: a process joins no session but by making one or by
 * being born into it (setsid(2)), and a group only within its session (setpgid(2)). So only who was born since the
 * last look is to be read, and those have the numbers that the kernel has given out since.
 */
export class Strangers {
  readonly #lastNumber: () => number | undefined;
  #pids: ReadonlySet<number> = new Set();
  #given: number | undefined;
  #lookedMs = -Infinity;

  /** @param lastNumber the number that was given to the youngest process or thread, where that is told */
  constructor(lastNumber: () => number | undefined = lastGivenNumber) {
    this.#lastNumber = lastNumber;
  }

  /** The strangers that were there at the last look, by their numbers. */
  get pids(): ReadonlySet<number> {
    return this.#pids;
  }

  /**
   * The kin: those of whom `rootsOf` tells the numbers, and all that descend from them. Undefined without /proc.
   * @param rootsOf is given every process but known strangers
   */
  kin(
    rootsOf: (rows: readonly ProcessRow[]) => readonly number[],
  ): readonly ProcessRow[] | undefined {
    const given = this.#lastNumber();
    const isStranger = this.#strangersSince(given);
    let pids: readonly number[];
    try {
      pids = readdirSync('/proc')
        .filter((name) => /^\d+$/u.test(name))
        .map(Number);
    } catch {
      return undefined;
    }
    const strangers = new Set(pids.filter(isStranger));
    const rows = readRowsOf(pids.filter((pid) => !strangers.has(pid)));
    const kin = familyOf(rows, rootsOf(rows));
    for (const { pid } of rows) if (!kin.has(pid)) strangers.add(pid);
    this.#pids = strangers;
    this.#given = given;
    this.#lookedMs = performance.now();
    return pids.length === 0 ? undefined : rows.filter(({ pid }) => kin.has(pid));
  }

  /** Tells who is the same stranger as at the last look, when the kernel's last number is `given`. */
  #strangersSince(given: number | undefined): (pid: number) => boolean {
    const before = this.#given;
    const isFresh = performance.now() - this.#lookedMs < freshMs;
    // After its last number the kernel begins anew: then nobody is known.
    if (given === undefined || before === undefined || given < before || !isFresh) {
      return () => false;
    }
    return (pid) => this.#pids.has(pid) && (pid <= before || pid > given);
  }
}

/** As /proc/loadavg tells it (proc_loadavg(5)); undefined where /proc shows other numbers than those of our own namespace. */
function lastGivenNumber(): number | undefined {
  try {
    isOurNumbering ??= readlinkSync('/proc/self') === String(process.pid);
    if (!isOurNumbering) return undefined;
    const number = Number(readProcFile('/proc/loadavg').trim().split(' ')[4]);
    return Number.isInteger(number) && number > 0 ? number : undefined;
  } catch {
    return undefined;
  }
}

let isOurNumbering: boolean | undefined;
