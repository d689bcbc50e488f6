// The images that submissions are built on: a small Debian with one language's tools. They are made
// once, with the network that packages come from, and kept: their name is a digest of what is in them.
// `docker rmi $(docker images -q --filter label=conform.toolchain)` removes them all.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { engineStatus, engineWords, type Engine } from '../../container/engine.ts';
import { runBuild } from '../../container/image/image-build.ts';
import { findImage, inspectImage } from '../../container/image/image.ts';
import { runLabel, runMark } from '../../cleanup/guard.ts';
import { TargetUnavailable } from '../../target.ts';
import type { Language } from '../template.ts';

/** Carried by every toolchain's image, with its language: how they are found to be removed. */
const toolchainLabel = 'conform.toolchain';

const debian = 'debian:bookworm-slim';

const packages: Readonly<Record<Language, readonly string[]>> = {
  c: ['gcc', 'g++', 'libc6-dev', 'make', 'cmake'],
  python: ['python3'],
  java: ['default-jdk-headless'],
  node: ['nodejs'],
  go: ['golang-go'],
  rust: ['rustc', 'cargo', 'libc6-dev', 'gcc'],
  ruby: ['ruby'],
  php: ['php-cli'],
  perl: ['perl'],
  erlang: ['erlang-base'],
};

/** An hour: mirrors may be slow, and it is done once a machine. */
const toolchainLimitMs = 3_600_000;
const lockPollMs = 500;

const dockerfileOf = (language: Language): string =>
  [
    `FROM ${debian}`,
    'RUN apt-get update && apt-get install -y --no-install-recommends ' +
      `${packages[language].join(' ')} && rm -rf /var/lib/apt/lists/*`,
    '',
  ].join('\n');

/**
 * The name of the image with the tools of `language`; it is made when the engine has none.
 * @throws {TargetUnavailable} when it cannot be made, with the end of what its build printed
 */
export async function toolchain(
  engine: Engine,
  language: Language,
  signal: AbortSignal,
): Promise<string> {
  const dockerfile = dockerfileOf(language);
  const digest = createHash('sha256').update(dockerfile).digest('hex').slice(0, 12);
  const name = `conform-toolchain:${language}-${digest}`;
  if ((await inspectImage(engine, name)) !== undefined) return name;
  await findImage(engine, debian, { limitMs: toolchainLimitMs, signal });
  const unlock = await lock(engine, `conform-toolchain-${language}-${digest}`, signal);
  try {
    // Somebody else may have made it while we waited.
    if ((await inspectImage(engine, name)) !== undefined) return name;
    const bytes = Buffer.from(dockerfile);
    const built = await runBuild(
      engine,
      {
        context: [{ name: 'Dockerfile', mode: 0o644, content: { kind: 'bytes', bytes } }],
        name,
        labels: { [toolchainLabel]: language },
      },
      { limitMs: toolchainLimitMs, signal },
    );
    if (built.problem === '') return name;
    throw new TargetUnavailable(
      `The tools for ${language} could not be installed into an image: ${built.problem}. This is done ` +
        'once a machine, and needs the network that Debian’s packages come from.',
      { outputTail: built.log },
    );
  } finally {
    await unlock();
  }
}

/**
 * Of all processes that use the engine, one at a time: a container's name can be had once. It is never
 * started, and the guard removes it when its owner is killed.
 */
async function lock(
  { docker }: Engine,
  name: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  for (const limitMs = performance.now() + toolchainLimitMs; performance.now() < limitMs;) {
    signal.throwIfAborted();
    try {
      const labels = { [runLabel]: runMark };
      const container = await docker.createContainer({
        name,
        Image: debian,
        Cmd: ['true'],
        Labels: labels,
      });
      return async () => {
        await container.remove({ force: true }).catch(() => undefined);
      };
    } catch (error) {
      if (engineStatus(error) !== 409) {
        throw new TargetUnavailable(`The engine made no container: ${engineWords(error)}`, {
          cause: error,
        });
      }
    }
    await delay(lockPollMs, undefined, { signal });
  }
  throw new TargetUnavailable(
    `Somebody else has been making the toolchain for an hour: the container ${name} says so. If nobody ` +
      `is, remove it: docker rm ${name}.`,
  );
}
