// Node: what package.json says, or the file that is the server.
import { SubmissionUnusable } from '../unusable.ts';
import { chooseProgram, usualProgram } from './choose-program.ts';
import type { Recipe } from './recipe.ts';
import { codeOf, type Sources } from './sources.ts';

const listens = /\.listen\s*\(/u;

const usualNames = ['server', 'index', 'main', 'app'].flatMap((name) =>
  ['js', 'mjs', 'cjs'].map((ending) => `${name}.${ending}`),
);

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
    usualProgram(candidates, usualNames) ??
    chooseProgram(
      candidates.map(({ path, text }) => ({ path, text: codeOf(text) })),
      listens,
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
