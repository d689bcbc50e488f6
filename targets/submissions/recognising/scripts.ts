// Python and Node: nothing is built, one file is the server.
import { SubmissionUnusable } from '../unusable.ts';
import { chooseProgram } from './choose-program.ts';
import type { Recipe } from './recipe.ts';
import { codeOf, fileName, type SourceFile, type Sources } from './sources.ts';

const pythonListens = /\.listen\s*\(|start_server|create_server|TCPServer|StreamServer/u;
const nodeListens = /\.listen\s*\(/u;

const usualPython = ['server.py', 'main.py', 'app.py'];
const usualNode = ['server', 'index', 'main', 'app'].flatMap((name) =>
  ['js', 'mjs', 'cjs'].map((ending) => `${name}.${ending}`),
);

/** The usual name, in the folder itself or one below, where the folder itself has no such file. */
function usual(files: readonly SourceFile[], names: readonly string[]): SourceFile | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const top = files.filter(({ path }) => path.split('/').length === first.path.split('/').length);
  for (const name of names) {
    const found = top.filter(({ path }) => fileName(path) === name);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

export async function recognisePython(sources: Sources): Promise<Recipe | undefined> {
  const files = await sources.ending('.py');
  const programs = files.filter(({ path }) => fileName(path) !== '__init__.py');
  const server =
    usual(programs, usualPython) ?? chooseProgram(programs, pythonListens, 'server.py');
  if (server === undefined) return undefined;
  return {
    how: server.path,
    base: { kind: 'language', language: 'python' },
    build: [],
    // What it prints is wanted when it is printed, not when a buffer is full.
    start: { kind: 'program', words: ['python3', '-u', `./${server.path}`] },
  };
}

export async function recogniseNode(sources: Sources): Promise<Recipe | undefined> {
  const files = await sources.ending('.js', '.mjs', '.cjs');
  const told = sources.paths.includes('package.json')
    ? readPackage(await sources.read('package.json'))
    : undefined;
  if (files.length === 0) return undefined;
  if (told?.dependency !== undefined) {
    throw new SubmissionUnusable(
      'unrecognised',
      `Its package.json needs the package ${told.dependency}, which a build without network cannot ` +
        'fetch. Use what Node brings itself (node:net), or submit a Dockerfile.',
      { how: 'package.json' },
    );
  }
  const base = { kind: 'language', language: 'node' } as const;
  if (told?.start !== undefined) {
    return {
      how: 'package.json',
      base,
      build: [],
      start: { kind: 'program', words: ['sh', '-c', `${told.start} "$@"`, 'sh'] },
    };
  }
  const main = files.find(({ path }) => path === told?.main?.replace(/^\.\//u, ''));
  const candidates = files.filter(({ path }) => !/\.config\.[cm]?js$/u.test(path));
  const server =
    main ??
    usual(candidates, usualNode) ??
    chooseProgram(
      candidates.map(({ path, text }) => ({ path, text: codeOf(text) })),
      nodeListens,
      'server.js',
    );
  if (server === undefined) return undefined;
  return {
    how: server.path,
    base,
    build: [],
    start: { kind: 'program', words: ['node', `./${server.path}`] },
  };
}

interface Package {
  readonly start: string | undefined;
  readonly main: string | undefined;
  readonly dependency: string | undefined;
}

function readPackage(text: string): Package {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new SubmissionUnusable('unrecognised', `Its package.json is not JSON: ${words}.`, {
      how: 'package.json',
    });
  }
  const field = (from: unknown, name: string): unknown =>
    typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
  const words = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  const dependencies = field(told, 'dependencies');
  return {
    start: words(field(field(told, 'scripts'), 'start')),
    main: words(field(told, 'main')),
    dependency:
      typeof dependencies === 'object' && dependencies !== null
        ? Object.keys(dependencies)[0]
        : undefined,
  };
}
