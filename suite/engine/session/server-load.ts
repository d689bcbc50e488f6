// Whether it is the server itself that keeps the machine busy: more time would then not make its tests quicker.
import type { SnapshotTaken } from '../../../targets/target.ts';

/** A server that works only when it is asked uses no more than so many times what its clients use, */
const timesOurs = 4;
/** or less than this part of one processor, however many others want it too. */
const leastPart = 0.25;
/** Over less time than this one burst of work looks like that too, in milliseconds. */
const leastMs = 1500;

/** What it needs of a session. */
interface Host {
  readonly target: { readonly generation: number };
  readonly life: { readonly snapshot: () => Promise<SnapshotTaken> };
}

interface Look {
  readonly cpuMs: number;
  readonly oursMs: number;
  readonly atMs: number;
  readonly generation: number;
}

export class ServerLoad {
  readonly #host: Host;
  #last: Look | undefined;
  #isHeavy = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** True where the server's processes used far more of the processor than its clients did, between the last two looks. */
  get isHeavy(): boolean {
    return this.#isHeavy;
  }

  /** Looks once more, where the last look is some time ago. */
  async look(): Promise<void> {
    const { generation } = this.#host.target;
    const before = this.#last;
    if (before?.generation === generation && performance.now() - before.atMs < leastMs) return;
    const taken = await this.#host.life.snapshot();
    if (taken.kind !== 'seen') return;
    const { user, system } = process.cpuUsage();
    const oursMs = (user + system) / 1000;
    const now = { cpuMs: taken.cpuMs, oursMs, atMs: performance.now(), generation };
    this.#last = now;
    if (before?.generation !== generation) return;
    const usedMs = now.cpuMs - before.cpuMs;
    this.#isHeavy =
      usedMs >= timesOurs * (now.oursMs - before.oursMs) &&
      usedMs >= leastPart * (now.atMs - before.atMs);
  }
}
