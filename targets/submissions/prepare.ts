// A submission made ready to be judged: unpacked, recognised, built, its port found out.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../container/engine.ts';
import { TargetUnavailable, type Target } from '../target.ts';
import { attemptsOf, portPlace, type NoPort } from './building/attempts.ts';
import { recognise } from './recognising/recognise.ts';
import { quoted, type Recipe } from './recognising/recipe.ts';
import type { SubmissionSource } from './submissions.ts';
import type { Template } from './template.ts';
import { unpack } from './unpacking/unpack.ts';
import { SubmissionUnusable } from './unusable.ts';

export { SubmissionUnusable } from './unusable.ts';

export interface PrepareOptions {
  /** False for trusted code only: it is built with this machine's tools and runs here. */
  readonly inContainer: boolean;
  /** The instructor's own way to build and start; overrides whatever the submission says. */
  readonly template: Template | undefined;
  /** An existing folder where it may be unpacked and built; its caller removes it. */
  readonly workFolder: string;
  /** How long its build may take, in milliseconds; the toolchain's own first build not counted. */
  readonly buildLimitMs: number;
  /** True lets its build reach the network; a server never does. */
  readonly buildNetwork: boolean;
  readonly signal: AbortSignal;
}

/** A submission that was built, and was seen to listen once. */
export interface Prepared {
  /** Not started; judged like any other. Its `start` may still throw `TargetUnavailable`. */
  readonly target: Target;
  /** How it was recognised: `Makefile`, `conform.yaml`, `server.py`, … */
  readonly how: string;
  /** The end of what its build printed, at most 16 KiB. */
  readonly buildLog: string;
  /** Stops the target, and removes its image and whatever else it left at the engine. */
  dispose(): Promise<void>;
}

/**
 * How long a server may take until it listens: several are started at once on few processors, and a
 * JVM takes its time there.
 */
const readyLimitMs = 10_000;

/**
 * Unpacks `source` into the work folder, builds it, and finds out on which port it listens.
 * @throws {SubmissionUnusable} for everything that is its own fault
 * @throws {TargetUnavailable} when there is no engine, or the engine fails: nobody's fault there
 * @throws the signal's reason when it is aborted
 */
export async function prepareSubmission(
  source: SubmissionSource,
  options: PrepareOptions,
): Promise<Prepared> {
  const { inContainer, template, workFolder, signal } = options;
  try {
    const folder = await unpack(source, workFolder, signal);
    const recipe = await recognise(folder, { template, inContainer });
    return inContainer
      ? await prepareInContainer(source.name, folder, recipe, options)
      : await prepareHere(folder, recipe, options);
  } catch (error) {
    // Whatever an abort broke off first: its own reason is what counts.
    signal.throwIfAborted();
    throw error;
  }
}

async function prepareInContainer(
  label: string,
  folder: string,
  recipe: Recipe,
  options: PrepareOptions,
): Promise<Prepared> {
  const { reachEngine } = await import('../container/engine.ts');
  const { watchEngine } = await import('../container/engine-watch.ts');
  const engine = await reachEngine('trusted submissions are graded with --no-container');
  const release = watchEngine(engine);
  try {
    return await imageAndPort(engine, label, folder, recipe, { ...options, release });
  } catch (error) {
    release();
    throw error;
  }
}

async function imageAndPort(
  engine: Engine,
  label: string,
  folder: string,
  recipe: Recipe,
  options: PrepareOptions & { readonly release: () => void },
): Promise<Prepared> {
  const { buildInContainer } = await import('./building/build-in-container.ts');
  const { portInContainer } = await import('./building/port-in-container.ts');
  const { containerTarget } = await import('../container/container.ts');
  const { buildLimitMs: limitMs, buildNetwork: network, signal, release } = options;
  const image = await buildInContainer(engine, folder, recipe, { limitMs, network, signal });
  try {
    const found = await portInContainer(engine, {
      image: image.id,
      attempts: attemptsOf(recipe.start),
      wanted: ownPort(recipe) ?? image.wantedPort,
      limitMs: readyLimitMs,
      signal,
    });
    if (found.kind === 'none') throw neverListened(recipe, found, image.log);
    const { port, command } = found;
    const target = containerTarget({
      from: { kind: 'image', name: image.id },
      label,
      port,
      readyTimeoutMs: readyLimitMs,
      ...(command && { command }),
    });
    const dispose = async (): Promise<void> => {
      await target.stop();
      await image.remove();
      release();
    };
    return { target, how: recipe.how, buildLog: image.log, dispose };
  } catch (error) {
    await image.remove();
    throw error;
  }
}

async function prepareHere(
  folder: string,
  recipe: Recipe,
  { workFolder, buildLimitMs: limitMs, signal }: PrepareOptions,
): Promise<Prepared> {
  const { buildHere } = await import('./building/build-here.ts');
  const { portHere } = await import('./building/port-here.ts');
  const { launchTarget } = await import('../launch/launch.ts');
  // Node looks in all folders above for one; that of whoever keeps the work folder is not the student's.
  await writeFile(join(workFolder, 'package.json'), '{}\n');
  const buildLog = await buildHere(folder, recipe, { limitMs, signal });
  const attempts = attemptsOf(recipe.start).filter((words) => words !== undefined);
  const found = await portHere({ folder, attempts, limitMs: readyLimitMs, signal }).catch(
    (error: unknown) => {
      if (!(error instanceof TargetUnavailable)) throw error;
      const message = `It could not be started: ${error.message}`;
      throw new SubmissionUnusable('not-built', message, { how: recipe.how, cause: error });
    },
  );
  if (found.kind === 'none') throw neverListened(recipe, found, buildLog);
  const target = launchTarget({
    command: found.words.map(quoted).join(' '),
    cwd: folder,
    readyTimeoutMs: readyLimitMs,
    ...(found.port !== undefined && { port: found.port }),
  });
  return { target, how: recipe.how, buildLog, dispose: () => target.stop() };
}

const ownPort = ({ start }: Recipe): number | undefined =>
  start.kind === 'command' ? (start.port ?? undefined) : undefined;

function neverListened(
  { how, start }: Recipe,
  { ended, log }: NoPort,
  buildLog: string,
): SubmissionUnusable {
  const first =
    ended === undefined
      ? `It was built and started, but did not listen on a TCP port within ${readyLimitMs / 1000} s.`
      : `It was built and started, and ${ended} before it listened on a TCP port.`;
  const told =
    start.kind === 'program'
      ? ' It was given its port as the first parameter, and in the environment as PORT.'
      : ` It was started as its ${how} says${start.kind === 'command' && start.command.includes(portPlace) ? ', with the port in it' : ''}.`;
  const expected = ' Expected a server that listens and stays in the foreground.';
  const printed = log === '' ? buildLog : log;
  return new SubmissionUnusable('not-built', first + told + expected, { how, log: printed });
}
