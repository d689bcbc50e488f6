// Notices a command that multiplies without end: a server that failed to bind and forks on.
import { isOf, signalGroup } from './process-group.ts';
import { familyOf, isLiving, readProcesses } from './process-table.ts';

export interface StormLimits {
  /** More processes than this at once are a storm. */
  readonly processes: number;
  /** More threads than this, of all processes together. */
  readonly threads: number;
}

/** What no command needs before it listens: prefork servers listen first. */
export const beforeListening: StormLimits = { processes: 64, threads: 512 };

/** Of children that end as fast as they come few live at once: this many were seen, */
const manySeen = 10;
/** and the kernel, which numbers processes in turn, has given out this many numbers meanwhile. */
const manyNumbers = 2000;

/** Looks at the processes of one command again and again. */
export class StormWatch {
  readonly #leader: number;
  readonly #limits: StormLimits;
  readonly #seen = new Set<number>();
  mostProcesses = 0;
  mostThreads = 0;

  constructor(leader: number, limits: StormLimits) {
    this.#leader = leader;
    this.#limits = limits;
  }

  /** Counts them now; true when it is a storm, and its processes have then been halted or killed. */
  look(): boolean {
    const rows = readProcesses() ?? [];
    const roots = rows.filter((row) => isOf(this.#leader, row)).map(({ pid }) => pid);
    const family = familyOf(rows, roots);
    // Those that have ended count as seen: of children that end at once, few are caught alive.
    for (const pid of family) this.#seen.add(pid);
    const members = rows.filter((row) => family.has(row.pid) && isLiving(row));
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

  get #isChurning(): boolean {
    if (this.#seen.size < manySeen) return false;
    return Math.max(...this.#seen) - this.#leader > manyNumbers;
  }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
