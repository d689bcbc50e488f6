// One build at an engine: what goes in, what it prints, and what came of it.
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { OutputTail } from '../../launch/output-tail.ts';
import { engineWords, type Engine } from '../engine.ts';
import { buildLimits } from '../confinement.ts';
import { tar, type TarEntry } from './tar.ts';

export interface Patience {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface BuildOrder {
  /** A Dockerfile among them. */
  readonly context: Iterable<TarEntry> | AsyncIterable<TarEntry>;
  /** What the image is to be called. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** False: its commands have no network. True by default. */
  readonly network?: boolean;
  /** True: nothing is taken from an earlier build of the same. False by default. */
  readonly isFresh?: boolean;
  /** How many processes and threads its commands may have; as many as they like by default. */
  readonly tasks?: number;
  /** How much of what it prints is kept; 4 KiB by default. */
  readonly logBytes?: number;
}

/** What came of a build. */
export interface ImageBuild {
  /** Why there is no image; empty when it went well. */
  readonly problem: string;
  /** The engine was asked and refused, or was not there: no command of the build is at fault. */
  readonly isRefused: boolean;
  /** The limit of time was reached. */
  readonly isLate: boolean;
  /** The end of what it printed. */
  readonly log: string;
  /** The last layer that succeeded; empty when there is none. */
  readonly lastLayer: string;
}

interface Progress {
  problem: string;
  lastLayer: string;
}

/**
 * Has the engine build an image.
 * @throws the signal's reason when it is aborted
 */
export async function runBuild(
  engine: Engine,
  order: BuildOrder,
  { limitMs, signal }: Patience,
): Promise<ImageBuild> {
  const { docker } = engine;
  const log = new OutputTail(order.logBytes);
  const progress: Progress = { problem: '', lastLayer: '' };
  const limit = AbortSignal.timeout(limitMs);
  let isRefused = false;
  try {
    const stream = await docker.buildImage(Readable.from(tar(order.context)), {
      t: order.name,
      rm: true,
      forcerm: true,
      labels: order.labels,
      nocache: order.isFresh ?? false,
      ...(order.network === false && { networkmode: 'none' }),
      ...buildLimits(engine),
      abortSignal: AbortSignal.any([limit, signal]),
    });
    for await (const line of createInterface({ input: stream })) {
      const container = read(line, log, progress);
      if (container === undefined || order.tasks === undefined) continue;
      // The interface of a build has no word for it; its container has, and may be over already.
      await docker
        .getContainer(container)
        .update({ PidsLimit: order.tasks })
        .catch(() => undefined);
    }
  } catch (error) {
    signal.throwIfAborted();
    isRefused = !limit.aborted;
    progress.problem = limit.aborted
      ? `it was not over after ${limitMs / 60_000} min`
      : engineWords(error);
  }
  signal.throwIfAborted();
  return {
    ...progress,
    isRefused,
    isLate: limit.aborted && progress.problem !== '',
    log: log.text(),
  };
}

/**
 * One line of the engine's report on a build: JSON with what was printed, or what went wrong.
 * Returns the container of a command that begins to run.
 */
function read(line: string, log: OutputTail, progress: Progress): string | undefined {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof told !== 'object' || told === null) return undefined;
  if ('error' in told) progress.problem = String(told.error);
  if (!('stream' in told)) return undefined;
  // The engine paints what came on standard error red.
  const text = String(told.stream).replace(/\u001b\[\d*m/gu, '');
  log.add(Buffer.from(text));
  progress.lastLayer = /^ ---> ([0-9a-f]{12})$/mu.exec(text)?.[1] ?? progress.lastLayer;
  return /^ ---> Running in ([0-9a-f]{12})$/mu.exec(text)?.[1];
}
