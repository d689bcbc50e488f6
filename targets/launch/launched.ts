// One run of a command: spawned into a group of its own, drained, watched, and certain to end.
import { once } from 'node:events';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from '../cleanup/at-exit.ts';
import type { CommandLine } from './command/command-line.ts';
import { guard, runMark, runVariable } from '../cleanup/guard.ts';
import { notStarted } from './not-started.ts';
import { OutputTail } from './output-tail.ts';
import { endGroup, groupMembers, signalGroup, zombieExit } from '../processes/process-group.ts';
import { TargetUnavailable, type Exit } from '../target.ts';

/** A command that was started. */
export interface Launched {
  /** Leads a process group and a session of the same number. */
  readonly pid: number;
  /** The file of its program, where the command names one by a path. */
  readonly file: string | undefined;
  readonly output: OutputTail;
  /** How the command itself ended; what it left in its group may live on. */
  readonly exit: () => Exit | undefined;
  /** Resolves once all that it printed has been read, or soon, when others keep its pipes open. */
  readonly drained: () => Promise<void>;
  /**
   * Writes `text` to its standard input.
   * @throws {TargetUnavailable} when nobody can read it any more, or nobody does
   */
  readonly write: (text: string) => Promise<void>;
  /** Ends its standard input. */
  readonly endInput: () => Promise<void>;
  /** SIGTERM to all of it, SIGKILL to what is left half a second later. May be called again. */
  readonly end: () => Promise<void>;
}

/** How long a server may take to leave by itself. */
const graceMs = 500;
const drainMs = 200;
/** How long a server may leave its standard input unread when that is full. */
const unreadMs = 2000;

/**
 * Starts `words` in `cwd`, with `env` added to our own environment.
 * @throws {TargetUnavailable} when the program cannot be started
 */
export async function launch(
  words: CommandLine,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Launched> {
  const { execa } = await import('execa');
  // Before there is anything to leave behind.
  const { watch, release } = guard();
  const [program, ...parameters] = words;
  const subprocess = execa(program, parameters, {
    cwd,
    env: { ...env, [runVariable]: runMark },
    // Leads its own group, so that all of it can be ended and a Ctrl-C on ours does not reach it.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stripFinalNewline: false,
    // An open standard input on which nothing comes: some servers leave at its end.
    stdin: 'pipe',
  });
  const { pid } = subprocess;
  if (pid === undefined) throw notStarted(program, cwd, await subprocess);

  const output = new OutputTail();
  let exit: Exit | undefined;
  let ending: Promise<void> | undefined;
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output.add(chunk);
    });
    // A pipe that breaks because its writer was killed is no news.
    stream.on('error', () => undefined);
  }
  subprocess.stdin.on('error', () => undefined);
  // `close` would wait for whoever inherited the pipes; the command is gone before.
  subprocess.once('exit', (exitCode, signal) => {
    exit = { exitCode, signal };
  });
  const stay = atExit(() => {
    signalGroup(pid, 'SIGKILL', groupMembers(pid));
  });
  watch(pid);

  const end = async (): Promise<void> => {
    await endGroup(pid, graceMs);
    stay();
    release(pid);
    for (const stream of subprocess.stdio) stream.destroy();
    // Its status is reaped by the event loop, a moment after it died.
    if (exit === undefined) await Promise.race([once(subprocess, 'exit'), delay(drainMs)]);
  };
  const drained = async (): Promise<void> => {
    const streams = [subprocess.stdout, subprocess.stderr];
    const ended = streams.map((stream) => finished(stream).catch(() => undefined));
    const patience = new AbortController();
    const { signal } = patience;
    await Promise.race([
      Promise.all(ended),
      delay(drainMs, undefined, { signal }).catch(() => undefined),
    ]);
    patience.abort();
  };
  const { stdin } = subprocess;
  const write = async (text: string): Promise<void> => {
    const written = new Promise<void>((resolve, reject) => {
      stdin.write(text, (error) => {
        if (error) reject(new TargetUnavailable(noReader, { cause: error }));
        else resolve();
      });
    });
    await inTime(written);
  };
  const endInput = async (): Promise<void> => {
    if (stdin.writableEnded || stdin.destroyed) return;
    const ended = new Promise<void>((resolve) => {
      stdin.end(() => {
        resolve();
      });
    });
    await inTime(ended);
  };
  return {
    pid,
    file: program.includes('/') ? resolve(cwd, program) : undefined,
    output,
    write,
    endInput,
    exit: () => exit ?? zombieExit(pid),
    drained,
    end: () => (ending ??= end()),
  };
}

const noReader = 'The server does not take what is typed: its standard input is closed.';

/** The pipe holds 64 KiB, so that this takes no time but where nobody reads for long. */
async function inTime(handOver: Promise<void>): Promise<void> {
  const patience = new AbortController();
  const late = delay(unreadMs, 'late' as const, { signal: patience.signal });
  late.catch(() => undefined);
  try {
    if ((await Promise.race([handOver, late])) === undefined) return;
    handOver.catch(() => undefined);
    throw new TargetUnavailable('The server does not read its standard input, which is full.');
  } finally {
    patience.abort();
  }
}
