// A process while it grades one submission: heard, given quiet, and ended when that is necessary.
import type { ChildProcess } from 'node:child_process';
import { killFamily } from './worker-process.ts';
import { isSignOfLife, type SignOfLife } from './sign-of-life.ts';
import {
  isAskForQuiet,
  isAskForTurn,
  saysItIsReady,
  type Job,
  type Order,
} from './worker-protocol.ts';

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly onSign: (sign: SignOfLife) => void;
  /** Asked at the most once a job; resolves when the machine is quiet. */
  readonly quiet: () => Promise<void>;
  /** Resolves when it may be tested. */
  readonly turn: () => Promise<void>;
}

/** Silence of a process that is well ends after two seconds, of one on a busy machine much later. */
const mostSilentMs = 90_000;
/** How long it may take to end what it started, once its time is up, in milliseconds. */
const graceMs = 25_000;
/** The same when the class is given up, in milliseconds: somebody waits for us to end. */
const interruptedGraceMs = 800;
const mostResidentBytes = 2 * 1024 ** 3;

/** Looks after a process while it has a job, and ends it when it is late, silent or too large. */
export class Watch {
  /** Why we ended it; undefined while we did not. */
  reason: string | undefined;
  /** Whether its time was up. */
  isLate = false;
  readonly #child: ChildProcess;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #signal: AbortSignal;
  #silence: NodeJS.Timeout | undefined;
  readonly #late: string;
  #leftMs: number;
  #isOver = false;
  readonly #hear: (message: unknown) => void;
  #isReady: () => void = () => undefined;
  /** Resolves when it has done its job and can be given another one. */
  readonly ready: Promise<'ready'>;
  #clock: { readonly timer: NodeJS.Timeout; readonly sinceMs: number } | undefined;

  constructor(child: ChildProcess, job: Job, { signal, onSign, quiet, turn }: WatchOptions) {
    this.#child = child;
    this.ready = new Promise((resolve) => {
      this.#isReady = () => {
        resolve('ready');
      };
    });
    this.#signal = signal;
    const { deadlineMs } = job.settings;
    this.#leftMs = deadlineMs;
    this.#late = `the deadline of ${deadlineMs / 1000} s for one submission had passed`;
    this.#runClock();
    this.#awaitSign();
    this.#hear = (message: unknown): void => {
      if (isAskForQuiet(message)) void this.#give(quiet, { type: 'quiet' });
      if (isAskForTurn(message)) void this.#give(turn, { type: 'turn' });
      if (saysItIsReady(message)) this.#isReady();
      if (!isSignOfLife(message)) return;
      this.#awaitSign();
      if (message.residentBytes > mostResidentBytes) {
        this.#kill(`its grading took more than ${mostResidentBytes / 1024 ** 3} GiB of memory`);
        return;
      }
      onSign(message);
    };
    child.on('message', this.#hear);
    this.#tell(job);
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', this.#stop, { once: true });
  }

  end(): void {
    this.#isOver = true;
    this.#child.off('message', this.#hear);
    this.#stopClock();
    this.#signal.removeEventListener('abort', this.#stop);
    clearTimeout(this.#silence);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #stop = (): void => {
    this.#order('the grading was interrupted', interruptedGraceMs);
  };

  #runClock(): void {
    const timer = setTimeout(() => {
      this.isLate = true;
      this.#order(this.#late, graceMs);
    }, this.#leftMs);
    this.#clock = { timer, sinceMs: performance.now() };
  }

  #stopClock(): void {
    if (this.#clock === undefined) return;
    clearTimeout(this.#clock.timer);
    this.#leftMs -= performance.now() - this.#clock.sinceMs;
    this.#clock = undefined;
  }

  /** Its time does not run while it waits for others. */
  async #give(asked: () => Promise<void>, order: Order): Promise<void> {
    this.#stopClock();
    await asked();
    if (this.#isOver) return;
    this.#runClock();
    this.#tell(order);
  }

  #awaitSign(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#kill(`the process that graded it was silent for ${mostSilentMs / 1000} s`);
    }, mostSilentMs);
  }

  /** Tells it to stop; what does not listen is killed a while later. */
  #order(reason: string, waitMs: number): void {
    this.#tell({ type: 'stop', reason });
    this.#after(waitMs, () => {
      this.#kill(`${reason}, and its grading did not end by itself`);
    });
  }

  #tell(order: Order): void {
    // It may have ended this moment, which its exit tells.
    this.#child.send(order, () => undefined);
  }

  #kill(reason: string): void {
    this.reason ??= reason;
    if (this.#child.pid !== undefined) killFamily(this.#child.pid);
  }

  #after(delayMs: number, act: () => void): void {
    this.#timers.push(setTimeout(act, delayMs));
  }
}
