// The container engine: how it is reached, what it is, and what is said when none answers.
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ContainerRuntimeClient } from 'testcontainers';
import type { EngineConnection } from '../cleanup/guard.ts';
import { TargetUnavailable } from '../target.ts';

/** The engine's own interface (the Docker Engine API), for what testcontainers has no words for. */
export type Docker = ContainerRuntimeClient['container']['dockerode'];
export type Container = ReturnType<Docker['getContainer']>;

export interface Engine {
  readonly docker: Docker;
  /** Where published ports are reached. */
  readonly host: string;
  /** As `uname -m` names it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly memoryBytes: number;
  /** True when it is a Linux engine behind a socket of this machine: its containers may be at hand. */
  readonly isLocal: boolean;
  /** For those who must reach it when we are gone. */
  readonly connection: EngineConnection;
  /**
   * Fetches an image, with the credentials that the user has for its registry. What came of it only
   * shows when one looks for the image.
   */
  readonly pull: (image: string) => Promise<void>;
}

const answerMs = 10_000;

/**
 * Reaches the engine that DOCKER_HOST names, or the one behind a usual socket. `withoutOne` says,
 * in the words of an error, what is done where there is none.
 * @throws {TargetUnavailable} when none answers, with what was tried and what to do
 */
export async function reachEngine(
  withoutOne = 'a server is tested with --launch or --target',
): Promise<Engine> {
  const { getContainerRuntimeClient, ImageName } = await import('testcontainers');
  const timer: { timeout?: NodeJS.Timeout } = {};
  const tooLate = new Promise<never>((_, reject) => {
    timer.timeout = setTimeout(() => {
      reject(new Error(`it did not answer within ${answerMs / 1000} s`));
    }, answerMs);
  });
  try {
    const client = await Promise.race([getContainerRuntimeClient(), tooLate]);
    const docker = client.container.dockerode;
    const { host, architecture, memory } = client.info.containerRuntime;
    const connection = connectionOf(docker);
    // testcontainers goes on to the usual sockets: another engine than the one that was asked for.
    if (!isWhatWasAskedFor(connection)) throw new Error('it does not answer');
    return {
      docker,
      // Its ports are published for IPv4; a name may mean IPv6 first.
      host: host === 'localhost' ? '127.0.0.1' : host,
      architecture,
      memoryBytes: memory,
      isLocal: process.platform === 'linux' && connection.socketPath !== undefined,
      connection,
      pull: async (image) => {
        await client.image.pull(ImageName.fromString(image));
      },
    };
  } catch (cause) {
    throw new TargetUnavailable(
      `No container engine answers: ${tried()}. Start one (say: sudo systemctl start docker), or ` +
        `set DOCKER_HOST to where it is. Without an engine ${withoutOne}.`,
      { cause },
    );
  } finally {
    clearTimeout(timer.timeout);
  }
}

function isWhatWasAskedFor({ socketPath, host }: EngineConnection): boolean {
  const { DOCKER_HOST = '' } = process.env;
  if (!URL.canParse(DOCKER_HOST)) return true;
  const { hostname, pathname } = new URL(DOCKER_HOST);
  return hostname === '' ? socketPath === pathname : host === hostname;
}

/** What was tried, and why it was in vain, as far as it can be told. */
function tried(): string {
  const { DOCKER_HOST, XDG_RUNTIME_DIR } = process.env;
  if (DOCKER_HOST !== undefined && DOCKER_HOST !== '') {
    return `DOCKER_HOST is ${DOCKER_HOST}, but no container engine answers there`;
  }
  const paths = [
    '/var/run/docker.sock',
    join(XDG_RUNTIME_DIR ?? join('/run/user', String(userInfo().uid)), 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
  ];
  const present = paths.filter((path) => existsSync(path));
  if (present.length === 0) return `no engine socket was found (tried ${paths.join(', ')})`;
  return present.map(whyNot).join('; ');
}

function whyNot(path: string): string {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return `nobody answers at ${path}`;
  } catch {
    return `you may not use ${path} (is your user in the group docker?)`;
  }
}

function connectionOf({ modem }: Docker): EngineConnection {
  const names = new Set(['socketPath', 'host', 'port', 'protocol', 'ca', 'cert', 'key']);
  const fields: readonly (readonly [string, unknown])[] = Object.entries(modem);
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      names.has(name) &&
      (typeof value === 'string' || typeof value === 'number' || Buffer.isBuffer(value))
        ? [[name, String(value)] as const]
        : [],
    ),
  );
}

/** The engine's own words in an error of it, without the client's around them. */
export function engineWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const body: unknown = 'json' in error ? error.json : undefined;
  const isTold = typeof body === 'object' && body !== null && 'message' in body;
  const words = isTold ? String(body.message) : error.message;
  return words.replace(/^\(HTTP code \d+\) [\w ]+ - /u, '').trim();
}

/** The status with which the engine refused a request; undefined when it did not answer at all. */
export function engineStatus(error: unknown): number | undefined {
  const isTold = error instanceof Error && 'statusCode' in error;
  return isTold && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
