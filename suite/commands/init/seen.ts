// What the folder shows by itself: how a server is built and started there, and where its repository is.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from './answers.ts';

/** Where the repository is, and what shows its platform. */
export interface Repository {
  /** Its top folder; the working folder where there is none. */
  readonly root: string;
  /** The working folder below the top, with slashes; empty for the top itself. */
  readonly below: string;
  /** The platform, and how it was seen; undefined when neither or both were. */
  readonly platform: { readonly name: Exclude<Platform, 'none'>; readonly by: string } | undefined;
}

const gitLimitMs = 5000;

/** What git and the files in `folder` show; without git, the files alone. */
export async function repositoryOf(folder: string): Promise<Repository> {
  const [top, remotes] = await Promise.all([
    git(folder, 'rev-parse', '--show-toplevel'),
    git(folder, 'remote', '-v'),
  ]);
  const root = top.trim() === '' ? resolve(folder) : resolve(top.trim());
  const below = relative(root, resolve(folder)).split(sep).join('/');
  return { root, below, platform: byRemote(remotes) ?? byFiles(root) };
}

/** What git prints; empty where it is not there, or fails. */
async function git(folder: string, ...words: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', words, {
      cwd: folder,
      timeout: gitLimitMs,
    });
    return stdout;
  } catch {
    return '';
  }
}

/** The first remote whose host tells. */
function byRemote(remotes: string): Repository['platform'] {
  for (const line of remotes.split('\n')) {
    const [remote = '', address = ''] = line.split(/\s+/u);
    const host = hostOf(address);
    const name = (['github', 'gitlab'] as const).find((one) => host.includes(one));
    if (name !== undefined) return { name, by: `the remote ${remote}` };
  }
  return undefined;
}

/** Of `https://host/path`, `ssh://user@host:22/path` and `user@host:path`; the path tells nothing. */
const hostOf = (address: string): string =>
  (/^(?:\w+:\/\/)?(?:[^@/]*@)?([^:/]+)/u.exec(address)?.[1] ?? '').toLowerCase();

function byFiles(root: string): Repository['platform'] {
  const shown = [
    ...(existsSync(join(root, '.github')) ? [{ name: 'github', by: '.github' } as const] : []),
    ...(existsSync(join(root, '.gitlab-ci.yml'))
      ? [{ name: 'gitlab', by: '.gitlab-ci.yml' } as const]
      : []),
  ];
  return shown.length === 1 ? shown[0] : undefined;
}

/** How a server with such a file is started and built, the surest first. */
const starts: readonly (readonly [file: RegExp, launch: string, build?: string])[] = [
  [/^makefile$/iu, './server {port}', 'make'],
  [/^server\.c$/u, './server {port}', 'cc -O2 -o server server.c'],
  [/^server\.(?:cc|cpp)$/u, './server {port}', 'c++ -O2 -o server FILE'],
  [/^server\.py$/iu, 'python3 FILE {port}'],
  [/^server\.[cm]?js$/iu, 'node FILE {port}'],
  [/^Server\.java$/u, 'java Server {port}', 'javac Server.java'],
  [/^server\.go$/u, './server {port}', 'go build -o server server.go'],
  [/^server\.rs$/u, './server {port}', 'rustc -O -o server server.rs'],
  [/^server\.rb$/iu, 'ruby FILE {port}'],
  [/^server\.php$/iu, 'php FILE {port}'],
];

/** How the server in `folder` is built and started, as its files show; undefined when they show nothing. */
export function startOf(
  folder: string,
): { readonly launch: string; readonly build: string | undefined } | undefined {
  const names = readdirSync(folder);
  for (const [pattern, launch, build] of starts) {
    const name = names.find((one) => pattern.test(one));
    if (name === undefined) continue;
    return { launch: launch.replace('FILE', name), build: build?.replace('FILE', name) };
  }
  return undefined;
}
