// Builds a submission as an image of its own: on a toolchain, by a user without rights, and by default
// without network. Nothing is written into the student's folder: the Dockerfile only stands in what
// the engine is sent.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildContext } from '../../container/image/build-context.ts';
import type { Engine } from '../../container/engine.ts';
import { runBuild, type BuildOrder } from '../../container/image/image-build.ts';
import { findImage, forget, forgetLayer, inspectImage } from '../../container/image/image.ts';
import type { TarEntry } from '../../container/image/tar.ts';
import { runLabel, runMark } from '../../cleanup/guard.ts';
import { TargetUnavailable } from '../../target.ts';
import type { Recipe } from '../recognising/recipe.ts';
import { notBuilt, readableLog } from './build-log.ts';
import { checkNeeds, checkPresent } from './own-dockerfile.ts';
import { toolchain } from './toolchains.ts';

/** The port that a server is told to use, where it can be told one. */
const wantedPort = 9990;

/**
 * Nobody's user on most machines: the kernel counts a user's processes over all containers, so that
 * builds never use up what a person has.
 */
const buildUser = 61_234;
const buildTasks = 2048;
const logBytes = 16 * 1024;
const inside = '/submission';

export interface BuildOptions {
  readonly limitMs: number;
  readonly network: boolean;
  readonly signal: AbortSignal;
}

export interface BuiltImage {
  /** Of the image, as the engine knows it. */
  readonly id: string;
  readonly log: string;
  readonly wantedPort: number;
  readonly remove: () => Promise<void>;
}

/**
 * Builds what is in `folder` by `recipe`.
 * @throws {SubmissionUnusable} of kind `not-built`, with the build's log
 * @throws {TargetUnavailable} when the engine fails, or a toolchain cannot be had
 */
export async function buildInContainer(
  engine: Engine,
  folder: string,
  recipe: Recipe,
  { limitMs, network, signal }: BuildOptions,
): Promise<BuiltImage> {
  const name = `conform-submission:${randomUUID()}`;
  const order: BuildOrder = {
    context: await contextOf(engine, folder, recipe, { network, signal }),
    name,
    labels: { [runLabel]: runMark },
    network,
    isFresh: true,
    tasks: buildTasks,
    logBytes,
  };
  const built = await runBuild(engine, order, { limitMs, signal });
  const log = readableLog(built.log);
  if (built.problem === '') {
    const image = await inspectImage(engine, name);
    if (image === undefined) throw new TargetUnavailable('The engine lost the image it has built.');
    const [port = wantedPort] = image.ports;
    return { id: image.id, log, wantedPort: port, remove: () => forget(engine, name) };
  }
  // The layers that did succeed have no name, and nobody would look for them.
  if (built.lastLayer !== '') await forgetLayer(engine, built.lastLayer);
  const { kind } = recipe.base;
  const isItsFault =
    kind === 'dockerfile'
      ? !built.isRefused || /dockerfile/iu.test(built.problem)
      : !built.isRefused;
  if (!isItsFault && !built.isLate) {
    throw new TargetUnavailable(`The engine did not build it: ${built.problem}`, {
      outputTail: log,
    });
  }
  throw notBuilt(recipe.how, {
    log,
    problem: built.problem,
    isLate: built.isLate,
    limitMs,
    network,
  });
}

async function contextOf(
  engine: Engine,
  folder: string,
  { base, build, how }: Recipe,
  { network, signal }: Pick<BuildOptions, 'network' | 'signal'>,
): Promise<Iterable<TarEntry> | AsyncIterable<TarEntry>> {
  if (base.kind === 'dockerfile') {
    if (!network) await checkNeeds(engine, await readFile(join(folder, 'Dockerfile'), 'utf8'));
    return buildContext(folder);
  }
  if (base.kind === 'language') {
    return wrapped(folder, dockerfileOf(await toolchain(engine, base.language, signal), build));
  }
  if (base.isInstructors) await findImage(engine, base.image, { limitMs: 600_000, signal });
  else if (!network) await checkPresent(engine, base.image, how);
  return wrapped(folder, dockerfileOf(base.image, build));
}

/** The build's commands, as one: a shell's variables and folders last from one to the next. */
function dockerfileOf(image: string, build: readonly string[]): string {
  const script = ['set -e', ...build].join('\n');
  return [
    `FROM ${image}`,
    `COPY --chown=${buildUser}:${buildUser} submission ${inside}`,
    `WORKDIR ${inside}`,
    `USER ${buildUser}:${buildUser}`,
    `ENV HOME=/tmp PORT=${wantedPort}`,
    ...(build.length === 0 ? [] : [`RUN ${JSON.stringify(['sh', '-c', script])}`]),
    // What the image would put before our command is not for it.
    'ENTRYPOINT []',
    '',
  ].join('\n');
}

async function* wrapped(folder: string, dockerfile: string): AsyncGenerator<TarEntry> {
  const bytes = Buffer.from(dockerfile);
  yield { name: 'Dockerfile', mode: 0o644, content: { kind: 'bytes', bytes } };
  yield { name: 'submission', mode: 0o755, content: { kind: 'folder' } };
  for await (const entry of buildContext(folder)) {
    yield { ...entry, name: `submission/${entry.name}` };
  }
}
