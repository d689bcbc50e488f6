// How much longer everything takes here than on an idle machine, from how long this thread had to wait
// for a processor: a server that is slow only because the machine is busy is tested as a quick one is.
import { readFileSync } from 'node:fs';

/** Beyond this a busy machine is treated as a slow server is. */
const mostFactor = 4;
/** After less than this no share is told from a single wait, in nanoseconds. */
const leastRanNs = 50_000_000;
/** It is asked at every turn, and changes slowly; milliseconds. */
const freshMs = 200;

interface Times {
  readonly ranNs: number;
  readonly waitedNs: number;
}

export class Stretch {
  readonly #began = readTimes();
  #factor = 1;
  #toldMs = performance.now();

  /** 1 on an idle machine and where the kernel does not tell; 2 where half of the time is waited for. */
  get factor(): number {
    if (performance.now() - this.#toldMs >= freshMs) {
      this.#toldMs = performance.now();
      this.#factor = this.#measure();
    }
    return this.#factor;
  }

  #measure(): number {
    const now = readTimes();
    if (this.#began === undefined || now === undefined) return 1;
    const ranNs = now.ranNs - this.#began.ranNs;
    if (ranNs < leastRanNs) return 1;
    return Math.min(mostFactor, 1 + (now.waitedNs - this.#began.waitedNs) / ranNs);
  }
}

/** What the kernel counts of this thread (Documentation/scheduler/sched-stats.rst); Linux only. */
function readTimes(): Times | undefined {
  try {
    const [ranNs, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
    return { ranNs: Number(ranNs), waitedNs: Number(waitedNs) };
  } catch {
    return undefined;
  }
}
