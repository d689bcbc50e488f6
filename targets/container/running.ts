// One run of a server in a container: attached before it starts, drained, watched, and removed.
import { constants } from 'node:os';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OutputTail } from '../launch/output-tail.ts';
import { inSpan } from '../spans.ts';
import { TargetUnavailable, type Exit } from '../target.ts';
import { engineWords, type Container, type Engine } from './engine.ts';
import { labels, removeContainer, type Holder } from './network/holder.ts';
import { confinement } from './confinement.ts';
import type { Limits } from './limits.ts';
import { watchTasks } from './task-watch.ts';

export interface Running {
  readonly container: Container;
  /** Its first process as the engine's machine numbers it; 0 when it ended at once. */
  readonly pid: number;
  /** True when a small init of the engine's stands above the server: signals work as on a machine. */
  readonly hasInit: boolean;
  readonly outputTail: () => string;
  readonly exit: () => Exit | undefined;
  /** Resolves once it has ended. */
  readonly exited: Promise<Exit>;
  /** Resolves once all that it printed has been read, or soon. */
  readonly drained: () => Promise<void>;
  /** Types at its standard input. */
  readonly type: (line: string) => Promise<void>;
  readonly endInput: () => Promise<void>;
  /** Kills it; resolves once nothing of it is left. */
  readonly remove: () => Promise<void>;
}

export interface RunningOptions {
  readonly image: string;
  readonly limits: Limits;
  /** Instead of what the image says. */
  readonly command?: readonly string[];
}

const drainMs = 200;

/** An engine may lack the program that it would put above the server; it says so at the start. */
let engineHasInit = true;

/**
 * Starts a container of `image` in the holder's network.
 * @throws {TargetUnavailable} when the engine does not start it
 */
export async function startContainer(
  engine: Engine,
  holder: Holder,
  options: RunningOptions,
): Promise<Running> {
  try {
    return await start(engine, holder, options, engineHasInit);
  } catch (error) {
    const words = engineWords(error);
    if (engineHasInit && /docker-init|catatonit|init binary/iu.test(words)) {
      engineHasInit = false;
      return await startContainer(engine, holder, options);
    }
    throw new TargetUnavailable(`The engine did not start the container: ${words}`, {
      cause: error,
    });
  }
}

async function start(
  engine: Engine,
  holder: Holder,
  { image, limits, command }: RunningOptions,
  hasInit: boolean,
): Promise<Running> {
  const { docker } = engine;
  const container = await docker.createContainer({
    Image: image,
    ...(command === undefined ? {} : { Cmd: [...command] }),
    Labels: labels,
    // An open standard input on which nothing comes until somebody types; it ends when we say so.
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // A check of the image's own would connect, and a server that serves one client would be gone.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...confinement(limits),
      NetworkMode: `container:${holder.container.id}`,
      // The first process of a container ignores signals, SIGPIPE among them: the server must not be it.
      Init: hasInit,
    },
  });
  try {
    const stream = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const output = new OutputTail();
    const printed = new PassThrough();
    printed.on('data', (chunk: Buffer) => {
      output.add(chunk);
    });
    docker.modem.demuxStream(stream, printed, printed);
    // A connection that breaks because its container was killed is no news.
    stream.on('error', () => undefined);
    await inSpan('container', 'start the server', () => container.start());
    const waiting = container.wait() as Promise<{ readonly StatusCode: number }>;
    const { State } = await container.inspect();
    return watch({ container, stream, output, waiting, limits, hasInit, pid: State.Pid });
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

interface Started {
  readonly container: Container;
  readonly stream: NodeJS.ReadWriteStream;
  readonly output: OutputTail;
  readonly waiting: Promise<{ readonly StatusCode: number }>;
  readonly limits: Limits;
  readonly hasInit: boolean;
  readonly pid: number;
}

function watch({ container, stream, output, waiting, limits, hasInit, pid }: Started): Running {
  let exit: Exit | undefined;
  const notes: string[] = [];
  let removing: Promise<void> | undefined;
  const stopWatching = watchTasks({ pid, containerId: container.id }, limits.tasks, () => {
    notes.push(`it had ${limits.tasks} processes, which is the limit, and was stopped`);
    // It may have ended meanwhile.
    container.kill().catch(() => undefined);
  });
  const exited = waiting.then(
    async ({ StatusCode }) => {
      exit = exitOf(StatusCode);
      stopWatching();
      const isFull = await container.inspect().then(
        ({ State }) => State.OOMKilled,
        () => false,
      );
      const mebibytes = Math.round(limits.memoryBytes / 1024 / 1024);
      if (isFull) notes.push(`the limit of ${mebibytes} MiB of memory was reached`);
      return exit;
    },
    // It was removed while we waited.
    () => {
      stopWatching();
      return (exit = { exitCode: null, signal: 'SIGKILL' });
    },
  );
  return {
    container,
    pid,
    hasInit,
    outputTail: () => output.text() + notes.map((note) => `\n[conform: ${note}]\n`).join(''),
    exit: () => exit,
    exited,
    drained: async () => {
      await Promise.race([
        finished(stream, { writable: false }).catch(() => undefined),
        delay(drainMs, undefined, { ref: false }),
      ]);
    },
    type: (line) =>
      new Promise((resolve, reject) => {
        stream.write(`${line}\n`, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    endInput: () =>
      new Promise((resolve) => {
        stream.end(() => {
          resolve();
        });
      }),
    remove: () => (removing ??= removeContainer(container)),
  };
}

/** As a shell and an init tell it: 128 and the number of the signal. */
function exitOf(status: number): Exit {
  const [signal] =
    Object.entries(constants.signals).find(([, number]) => number === status - 128) ?? [];
  return signal === undefined ? { exitCode: status, signal: null } : { exitCode: null, signal };
}
