// The image that a server comes in: built from a folder, or one that the engine has or can fetch.
import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TargetUnavailable } from '../../target.ts';
import { buildContext } from './build-context.ts';
import { engineStatus, engineWords, type Engine } from '../engine.ts';
import { runBuild, type Patience } from './image-build.ts';
import { InvalidContainer } from '../invalid-container.ts';

/** An image, as far as a server in it is concerned. */
export interface Image {
  readonly id: string;
  /** The TCP ports that it exposes. */
  readonly ports: readonly number[];
}

/**
 * Checks that `folder` can be built at all, before an engine is asked for anything.
 * @throws {InvalidContainer} when it is no folder or has no Dockerfile
 */
export function checkBuildFolder(folder: string): void {
  if (!existsSync(folder)) {
    throw new InvalidContainer(
      `There is no folder ${folder}. Expected one with a Dockerfile in it.`,
    );
  }
  if (!statSync(folder).isDirectory()) {
    throw new InvalidContainer(
      `${folder} is not a folder. Give the one that holds the Dockerfile.`,
    );
  }
  if (!existsSync(join(folder, 'Dockerfile'))) {
    throw new InvalidContainer(
      `${folder} has no Dockerfile. Expected one that says how the server is built (FROM, COPY, RUN), ` +
        'which port it listens on (EXPOSE) and how it is started (CMD).',
    );
  }
}

/**
 * Builds the Dockerfile in `folder`, called `label` where it is spoken of. The image keeps a name of its own, `conform-build/…`, so that
 * the next build of the same folder finds its layers; the one of the build before goes.
 * @throws {TargetUnavailable} when it cannot be built, with the end of what the build printed
 */
export async function buildImage(
  engine: Engine,
  folder: string,
  patience: Patience,
  label: string,
): Promise<Image> {
  const name = imageName(folder);
  const before = await inspectImage(engine, `${name}:latest`);
  const built = await runBuild(
    engine,
    {
      context: buildContext(folder),
      name,
      labels: { 'conform.built': realpathSync(folder) },
    },
    patience,
  );
  let { problem } = built;
  if (problem === '') {
    const image = await inspectImage(engine, `${name}:latest`);
    if (image !== undefined) {
      if (before !== undefined && before.id !== image.id) await forget(engine, before.id);
      return image;
    }
    problem = 'the engine has no image of it';
  }
  // The layers that did succeed have no name, and nobody would look for them.
  if (built.lastLayer !== '') await forgetLayer(engine, built.lastLayer);
  const why = baseNotThere(built.log) ?? '';
  throw new TargetUnavailable(`${label} could not be built: ${why}${problem}`, {
    outputTail: built.log,
  });
}

/** Nothing but the base can be missing where the last step that began is that of a FROM. */
function baseNotThere(log: string): string | undefined {
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  const base = /^Step \d+\/\d+ : FROM (?:--\S+ )?(\S+)/u.exec(last)?.[1];
  return base === undefined
    ? undefined
    : `the image ${base} that it builds on is not here, and could not be fetched: `;
}

/**
 * Removes the layers that a failed build left, down to what has a name: that is somebody's image. A
 * build that was stopped has a container for a moment longer, which holds its layer.
 */
export async function forgetLayer(engine: Engine, layer: string): Promise<void> {
  for (let tries = 0; tries < 25; tries += 1) {
    const about = await engine.docker
      .getImage(layer)
      .inspect()
      .catch(() => undefined);
    // Some engines say null of none, whatever the types tell.
    const names = about?.RepoTags as string[] | null | undefined;
    if (about === undefined || (names ?? []).length > 0) return;
    await forget(engine, layer);
    await delay(200);
  }
}

/**
 * The image `name`, fetched from its registry when the engine does not have it.
 * @throws {TargetUnavailable} when it cannot be had
 */
export async function findImage(engine: Engine, name: string, patience: Patience): Promise<Image> {
  const found = await inspectImage(engine, name);
  if (found !== undefined) return found;
  const limit = AbortSignal.any([AbortSignal.timeout(patience.limitMs), patience.signal]);
  const givenUp = new Promise<void>((resolve) => {
    if (limit.aborted) resolve();
    limit.addEventListener('abort', () => {
      resolve();
    });
  });
  let why = '';
  const pulling = engine.pull(name).catch((error: unknown) => {
    why = ` (${engineWords(error)})`;
  });
  await Promise.race([pulling, givenUp]);
  patience.signal.throwIfAborted();
  const fetched = await inspectImage(engine, name);
  if (fetched !== undefined) return fetched;
  throw new TargetUnavailable(
    `The engine has no image ${name}, and it could not be fetched${why}. ` +
      '`docker images` shows those that are there; --build makes one of a folder.',
  );
}

/**
 * The port to judge in `image`: the given one, or the only one that it exposes.
 * @throws {InvalidContainer} when there is none, or more than one
 */
export function choosePort({ ports }: Image, given: number | undefined, label: string): number {
  if (given !== undefined) return given;
  const [port, ...others] = ports;
  if (port === undefined) {
    throw new InvalidContainer(
      `${label} exposes no port. Write EXPOSE and the number into its Dockerfile, or give --port.`,
    );
  }
  if (others.length > 0) {
    throw new InvalidContainer(
      `${label} exposes ${ports.length} ports (${ports.join(', ')}): say with --port which one is meant.`,
    );
  }
  return port;
}

/** The same for every build of a folder, and another for each folder. */
function imageName(folder: string): string {
  const path = realpathSync(folder);
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const readable = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 40);
  return `conform-build/${readable === '' ? 'folder' : readable}-${digest}`;
}

/** The image `name`; undefined when the engine has none. */
export async function inspectImage(engine: Engine, name: string): Promise<Image | undefined> {
  try {
    const { Id, Config } = await engine.docker.getImage(name).inspect();
    // Both are absent in images that say nothing of it, whatever the types tell.
    const exposed: unknown = Config.ExposedPorts;
    const ports = Object.keys(exposed ?? {})
      .map((one) => /^(\d+)(?:\/tcp)?$/u.exec(one)?.[1])
      .filter((one) => one !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
    return { id: Id, ports };
  } catch (error) {
    if (engineStatus(error) === 404 || engineStatus(error) === 400) return undefined;
    throw new TargetUnavailable(
      `The engine gave no information about ${name}: ${engineWords(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Removes a name, and what nothing else needs of its image. One in use stays. */
export async function forget(engine: Engine, name: string): Promise<void> {
  await engine.docker
    .getImage(name)
    .remove()
    .catch(() => undefined);
}
