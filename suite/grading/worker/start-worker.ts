// Starts the process that grades one submission, and sees to its end, however that comes about: its
// own word is believed only when it is whole and about that submission.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asNode } from '../../../targets/cleanup/as-node.ts';
import { atExit } from '../../../targets/cleanup/at-exit.ts';
import { guard, isGuard } from '../../../targets/cleanup/guard.ts';
import { OutputTail } from '../../../targets/launch/output-tail.ts';
import { packageFolder } from '../../../targets/package-folder.ts';
import { groupMembers, signalGroup } from '../../../targets/processes/process-group.ts';
import type { SubmissionResult } from '../results/class-result.ts';
import { InvalidResult, readResult } from '../results/read-result.ts';
import { isSignOfLife, type SignOfLife } from './sign-of-life.ts';
import { isAskForQuiet, resultFile, type Job, type Order } from './worker-protocol.ts';

/** What became of the process. */
export type WorkerEnd =
  | { readonly kind: 'result'; readonly result: SubmissionResult }
  /** It is gone without a result that could be believed. */
  | { readonly kind: 'lost'; readonly reason: string; readonly log: string }
  /** We were told to stop before it was done. */
  | { readonly kind: 'stopped' };

export interface WorkerOptions {
  readonly signal: AbortSignal;
  readonly onSign: (sign: SignOfLife) => void;
  /** Asked at the most once; resolves when the machine is quiet. */
  readonly quiet: () => Promise<void>;
}

/** Silence of a process that is well ends after two seconds, of one on a busy machine much later. */
const mostSilentMs = 90_000;
/** How long it may take to end what it started, once its time is up, in milliseconds. */
const graceMs = 25_000;
/** The same when the class is given up, in milliseconds: somebody waits for us to end. */
const interruptedGraceMs = 800;
const mostHeapMebibytes = 768;
const mostResidentBytes = 2 * 1024 ** 3;

/** As it was built. */
const program = join(packageFolder, 'dist/suite/grading/worker/worker.js');

/** Grades one submission in a process of its own; never throws. */
export async function runWorker(job: Job, options: WorkerOptions): Promise<WorkerEnd> {
  const isStopped = (): boolean => options.signal.aborted;
  if (isStopped()) return { kind: 'stopped' };
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${mostHeapMebibytes}`, program],
    // A group of its own: a Ctrl-C is ours to hear, and all of it can be ended at once.
    {
      cwd: job.workFolder,
      // What a compiler leaves that is killed goes with that folder.
      env: { ...process.env, ...asNode, TMPDIR: job.workFolder },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const output = new OutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output.add(chunk);
    });
    stream?.on('error', () => undefined);
  }
  const { pid } = child;
  if (pid !== undefined) guard().watch(pid);
  const stay = atExit(() => {
    if (pid !== undefined) killFamily(pid);
  });
  const ending = endOf(child);
  const watch = new Watch(child, job, options);
  const how = await ending;
  watch.end();
  if (pid !== undefined) {
    killGroup(pid);
    guard().release(pid);
  }
  stay();
  if (isStopped()) return { kind: 'stopped' };
  const log = output.text();
  if (how.kind === 'failed') return { kind: 'lost', reason: how.reason, log };
  try {
    const file = join(job.outFolder, resultFile);
    const result = readResult(await readFile(file, 'utf8'), file);
    if (result.name === job.source.name && result.fingerprint === job.fingerprint) {
      return { kind: 'result', result };
    }
    return { kind: 'lost', reason: 'its result is about another submission', log };
  } catch (error) {
    const invalid = error instanceof InvalidResult ? error.message : undefined;
    return { kind: 'lost', reason: watch.reason ?? invalid ?? how.words, log };
  }
}

type HowEnded =
  | { readonly kind: 'ended'; readonly words: string }
  | { readonly kind: 'failed'; readonly reason: string };

function endOf(child: ChildProcess): Promise<HowEnded> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ kind: 'failed', reason: `its grading could not be started: ${message}` });
    });
    child.once('exit', (exitCode, signal) => {
      const how = signal === null ? `ended with status ${exitCode}` : `was killed by ${signal}`;
      resolve({ kind: 'ended', words: `the process that graded it ${how} and left no result` });
    });
  });
}

/** Looks after one process until it has ended, and ends it when it is late, silent or too large. */
class Watch {
  /** Why we ended it; undefined while we did not. */
  reason: string | undefined;
  readonly #child: ChildProcess;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #signal: AbortSignal;
  #silence: NodeJS.Timeout | undefined;
  readonly #late: string;
  #leftMs: number;
  #isOver = false;
  #clock: { readonly timer: NodeJS.Timeout; readonly sinceMs: number } | undefined;

  constructor(child: ChildProcess, job: Job, { signal, onSign, quiet }: WorkerOptions) {
    this.#child = child;
    this.#signal = signal;
    const { deadlineMs } = job.settings;
    this.#leftMs = deadlineMs;
    this.#late = `the deadline of ${deadlineMs / 1000} s for one submission had passed`;
    this.#runClock();
    this.#awaitSign();
    child.on('message', (message: unknown) => {
      if (isAskForQuiet(message)) void this.#giveQuiet(quiet);
      if (!isSignOfLife(message)) return;
      this.#awaitSign();
      if (message.residentBytes > mostResidentBytes) {
        this.#kill(`its grading took more than ${mostResidentBytes / 1024 ** 3} GiB of memory`);
        return;
      }
      onSign(message);
    });
    this.#tell(job);
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', this.#stop, { once: true });
  }

  end(): void {
    this.#isOver = true;
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
  async #giveQuiet(quiet: () => Promise<void>): Promise<void> {
    this.#stopClock();
    await quiet();
    if (this.#isOver) return;
    this.#runClock();
    this.#tell({ type: 'quiet' });
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

/** Also what it has started in groups of their own; its guard sees to what that does not reach. */
function killFamily(leader: number): void {
  const members = (groupMembers(leader) ?? []).filter(({ pid }) => !isGuard(pid));
  signalGroup(leader, 'SIGKILL', members);
}

/** Its own guard sees to what it started elsewhere. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
