// Notices a command that multiplies without end: a server that failed to bind and forks on.
import { readFileSync } from 'node:fs';
import { isOf, signalGroup } from './process-group.ts';
import { isLiving, type ProcessRow } from './process-table.ts';
import { Strangers } from './strangers.ts';

export interface StormLimits {
  /** More processes than this at once are a storm. */
  readonly processes: number;
  /** More threads than this, of all processes together. */
  readonly threads: number;
}

/** What no command needs before it listens: prefork servers listen first. */
export const beforeListening: StormLimits = { processes: 64, threads: 512 };

/**
 * Of children that end as fast as they come few live at once: this many were seen and then gone.
 * A script in front of a program (pyenv, gradlew) has 40 and more of them before it starts it, and
 * on a busy machine each is seen.
 */
const manyGone = 80;
/** The kernel, which numbers processes in turn, has given out this many numbers meanwhile, */
const manyNumbers = 2000;
/** and of others on this machine, who took such numbers as well, this much fewer were seen to go. */
const timesOthers = 3;
/** Whatever others do: no command that is to listen has so many children come and go under our eyes. */
const mostSeenGone = 400;

/** Looks at the processes of one command again and again. */
export class StormWatch {
  readonly #leader: number;
  readonly #limits: StormLimits;
  readonly #lastNumber = lastNumber();
  readonly #strangers = new Strangers();
  /** Seen at the last look, with whether it is of the command's family. */
  #before: ReadonlyMap<number, boolean> = new Map();
  #youngest: number;
  #numbersGiven = 0;
  /** Of the command's processes, how many were seen, and then seen to be gone. */
  gone = 0;
  #othersGone = 0;
  mostProcesses = 0;
  mostThreads = 0;

  constructor(leader: number, limits: StormLimits) {
    this.#leader = leader;
    this.#youngest = leader;
    this.#limits = limits;
  }

  /** Counts them now; true when it is a storm, and its processes have then been halted or killed. */
  look(): boolean {
    const family =
      this.#strangers.kin((rows) =>
        rows.filter((row) => isOf(this.#leader, row)).map(({ pid }) => pid),
      ) ?? [];
    this.#countGone(family);
    this.#countNumbers(family);
    const members = family.filter(isLiving);
    const threads = members.reduce((sum, member) => sum + member.threads, 0);
    this.mostProcesses = Math.max(this.mostProcesses, members.length);
    this.mostThreads = Math.max(this.mostThreads, threads);
    const { processes: mostProcesses, threads: mostThreads } = this.#limits;
    const isStorm = members.length > mostProcesses || threads > mostThreads || this.#isChurning;
    if (!isStorm) return false;
    // The leader first, so that nothing is added while the rest is killed.
    signalOne(this.#leader, 'SIGSTOP');
    signalGroup(this.#leader, 'SIGKILL', members);
    return true;
  }

  /** Those that have ended count as there: of children that end at once, few are caught alive. */
  #countGone(family: readonly ProcessRow[]): void {
    const now = new Map<number, boolean>();
    for (const pid of this.#strangers.pids) now.set(pid, false);
    for (const { pid } of family) now.set(pid, true);
    for (const [pid, isOurs] of this.#before) {
      if (now.has(pid)) continue;
      if (isOurs) this.gone += 1;
      else this.#othersGone += 1;
    }
    this.#before = now;
  }

  #countNumbers(members: readonly ProcessRow[]): void {
    const [youngest] = members.toSorted((one, other) => other.startTicks - one.startTicks);
    if (youngest === undefined) return;
    // After its last number the kernel begins anew. Two that started in one tick are in any order.
    const given = (youngest.pid - this.#youngest + this.#lastNumber) % this.#lastNumber;
    if (given > this.#lastNumber / 2) return;
    this.#numbersGiven += given;
    this.#youngest = youngest.pid;
  }

  get #isChurning(): boolean {
    const isMany = this.gone >= manyGone && this.gone > timesOthers * this.#othersGone;
    return (isMany && this.#numbersGiven > manyNumbers) || this.gone > mostSeenGone;
  }
}

/** The highest number that a process gets (pid_max in proc_sys_kernel(5)), or the most it can be. */
function lastNumber(): number {
  try {
    return Number(readFileSync('/proc/sys/kernel/pid_max', 'latin1'));
  } catch {
    return 2 ** 22;
  }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
