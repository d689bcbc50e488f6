// How this process ends: at a signal, when its command has ended, and when that never will. It exits by
// itself and waits for nothing but its own output: whatever is still open then goes with it.
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { undoAll } from '../../targets/cleanup/at-exit.ts';
import { message } from '../text/escape.ts';
import { systemFault } from './system-fault.ts';
import { userExit, userFault } from './user-modules.ts';

/** The exit status of a run that could not be judged, or whose report was lost. */
export const couldNotJudge = 3;
/** The exit status when what a person gave cannot be used. */
const wrongUsage = 2;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type StopSignal = (typeof stopSignals)[number];

/**
 * A terminal and a program around us (npx, npm) each hand on the same Ctrl-C: what comes again so soon
 * is no second one, in milliseconds.
 */
const sameMs = 60;
/** How long a command may take to end once it was told to, in milliseconds. */
const graceMs = 1800;
/** How long output may take to be read by others once we were told to stop, in milliseconds. */
const unreadMs = 300;
const eraseLine = '\r\u001b[2K';

/** The command was told to stop before it had anything to say: it ends without another word. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The end of this process, from when on it is to come. */
export class ProcessEnd {
  readonly #stop = new AbortController();
  readonly #isTerminal: boolean;
  #signal: StopSignal | undefined;
  #stoppedMs = 0;
  #isOutputLost = false;
  #isEnding = false;

  /** @param isTerminal a line on standard output may be drawn at any time */
  constructor(isTerminal: boolean) {
    this.#isTerminal = isTerminal;
    for (const signal of stopSignals) process.on(signal, () => this.#take(signal));
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#loseOutput(error));
    // Its terminal may be gone, and there is nobody else to be told.
    process.stderr.on('error', () => undefined);
    process.on('uncaughtException', (error) => {
      // The verdict stands, and so does the exit status.
      if (this.#isEnding) return;
      void this.exit(this.#tell(error));
    });
    process.on('exit', (exitCode) => {
      const end = this.#isEnding ? undefined : userExit(exitCode);
      if (end === undefined) return;
      process.stderr.write(message(`conform: ${end}\n`));
      process.exitCode = wrongUsage;
    });
    process.on('beforeExit', () => {
      // Nothing is left that could wake us.
      if (this.#isEnding) return;
      void this.exit(this.#tell(new Error('the command waits for something that cannot come')));
    });
  }

  /** Aborted at the first signal, and when nobody reads our output any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** True when standard output cannot be written any more. */
  get isOutputLost(): boolean {
    return this.#isOutputLost;
  }

  /** True when output is lost that somebody wanted. */
  isReportLost = false;

  /** Exits with `exitCode` as soon as our output was taken over; returns never. */
  async exit(exitCode: number): Promise<never> {
    this.#isEnding = true;
    // What cannot be written is told one turn after it was, and counts too.
    await new Promise((resolve) => setImmediate(resolve));
    if (isDebugging()) await tellOpen();
    await Promise.all([drained(process.stdout, this.signal), drained(process.stderr, this.signal)]);
    process.exit(exitCode === 0 && this.isReportLost ? couldNotJudge : exitCode);
  }

  /** Exits as an error demands that ended the command; returns never. */
  async exitBy(error: unknown): Promise<never> {
    const isOurDoing = this.signal.aborted && error === this.signal.reason;
    if (!isOurDoing) return await this.exit(this.#tell(error));
    if (this.#signal !== undefined) endBy(this.#signal);
    return await this.exit(couldNotJudge);
  }

  #take(signal: StopSignal): void {
    const isSame = signal === this.#signal && performance.now() - this.#stoppedMs < sameMs;
    if (isSame && !this.#isEnding) return;
    if (this.#signal !== undefined || this.#isEnding) endBy(signal);
    this.#signal = signal;
    this.#stoppedMs = performance.now();
    const erased = this.#isTerminal && process.stderr.isTTY ? eraseLine : '';
    process.stderr.write(`${erased}Stopping; press Ctrl-C again to stop at once\n`);
    this.#abort(new Stopped(`stopped by ${signal}`));
  }

  /** Stops the command, and ends without it when it does not. */
  #abort(reason: Error): void {
    if (this.signal.aborted) return;
    this.#stop.abort(reason);
    setTimeout(() => {
      if (this.#isEnding) return;
      debug('the command did not end when it was told to');
      if (this.#signal !== undefined) endBy(this.#signal);
      void this.exit(couldNotJudge);
    }, graceMs).unref();
  }

  #loseOutput({ code, message }: NodeJS.ErrnoException): void {
    if (this.#isOutputLost) return;
    this.#isOutputLost = true;
    if (code === 'EPIPE') {
      // `conform … | head`: when nobody reads any more, the run ends in good order.
      this.#abort(new Stopped('nobody reads the output'));
      return;
    }
    // A full disk: other reports are still written, but what was lost is told.
    process.stderr.write(`conform: standard output cannot be written: ${message}\n`);
    this.isReportLost = true;
  }

  /** Says what ended the command, and returns the exit status for it. */
  #tell(error: unknown): number {
    const theirs = userFault(error);
    if (theirs !== undefined) {
      process.stderr.write(message(`conform: ${theirs}\n`));
      return wrongUsage;
    }
    const fault = systemFault(error);
    if (fault !== undefined) {
      process.stderr.write(message(`conform: ${fault}\n`));
      debug((error as Error).stack ?? fault);
      return couldNotJudge;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`conform failed; please report this: ${text}\n`);
    return couldNotJudge;
  }
}

/**
 * Ends this process by the signal that it was sent, as is the custom: shells show 128 and its number,
 * and stop their scripts. Unlike an exit, it does not wait for threads that look up a name.
 */
function endBy(signal: StopSignal): never {
  undoAll();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // The first process of a container lives on at a signal that it does not handle.
  process.exit(128 + constants.signals[signal]);
}

/** What was closed a moment ago is not called open: the loop comes round so many times before. */
const mostTurns = 10;

async function tellOpen(): Promise<void> {
  let open = openResources();
  for (let turn = 0; open.length > 0 && turn < mostTurns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    open = openResources();
  }
  if (open.length > 0) debug(`still open at the end: ${open.join(', ')}`);
}

/** What would keep this process alive, its own standard streams left out; each kind with its number. */
function openResources(): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of withoutStandardStreams(() => process.getActiveResourcesInfo())) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} × ${count}`));
}

/** What `look` sees while the standard streams keep nothing alive. Files have no such handle. */
function withoutStandardStreams<Seen>(look: () => Seen): Seen {
  const { stdin, stdout, stderr } = process;
  const streams: readonly Partial<Pick<Socket, 'ref' | 'unref'>>[] = [stdin, stdout, stderr];
  for (const stream of streams) stream.unref?.();
  try {
    return look();
  } finally {
    for (const stream of streams) stream.ref?.();
  }
}

const isDebugging = (): boolean => (process.env['CONFORM_DEBUG'] ?? '') !== '';

/** For whoever looks for a mistake of ours: a line on standard error. */
function debug(message: string): void {
  if (!isDebugging()) return;
  process.stderr.write(`conform: debug: ${message}\n`);
}

/** Resolves when others have taken all that was written to `stream`, or cannot any more. */
async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    const giveUp = (): void => void setTimeout(resolve, unreadMs);
    stream.write('', () => {
      resolve();
    });
    stream.once('close', resolve);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
