// Whether it is the server itself that keeps the machine busy: more time would then not make its tests quicker.
import type { SnapshotTaken } from '../../../targets/target.ts';

/** A server that works only when it is asked uses no more than so many times what its clients use, */
const timesOurs = 4;
/** or less than this part of one processor, however many others want it too. */
const leastPart = 0.25;
/** Over less time than this one burst of work looks like that too, in milliseconds; */
const leastMs = 1500;
/** where it is known not to be one, so long will do. */
const leastMsOfKnown = 300;

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
  /** The start of the server that was heavy when it was last compared; undefined where it was not. */
  #heavyGeneration: number | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * True where the server's processes used far more of the processor than its clients did, between the last two looks at the
   * server that is there now: of a fresh one that says nothing.
   */
  get isHeavy(): boolean {
    return this.#heavyGeneration === this.#host.target.generation;
  }

  /**
   * Looks once more, where the last look is some time ago.
   * @param isKnown whether an earlier start of the server was seen to work without pause
   */
  async look(isKnown = false): Promise<void> {
    const { generation } = this.#host.target;
    const before = this.#last;
    const enoughMs = isKnown ? leastMsOfKnown : leastMs;
    if (before?.generation === generation && performance.now() - before.atMs < enoughMs) return;
    const taken = await this.#host.life.snapshot();
    if (taken.kind !== 'seen') return;
    const { user, system } = process.cpuUsage();
    const oursMs = (user + system) / 1000;
    const now = { cpuMs: taken.cpuMs, oursMs, atMs: performance.now(), generation };
    this.#last = now;
    if (before?.generation !== generation) return;
    const usedMs = now.cpuMs - before.cpuMs;
    const isHeavy =
      usedMs >= timesOurs * (now.oursMs - before.oursMs) &&
      usedMs >= leastPart * (now.atMs - before.atMs);
    this.#heavyGeneration = isHeavy ? generation : undefined;
  }
}
