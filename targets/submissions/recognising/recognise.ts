// How a submission is built and started: said by somebody, or told from its files.
import { InvalidTemplate, readTemplate, type Language, type Template } from '../template.ts';
import { SubmissionUnusable } from '../unusable.ts';
import { recogniseC, recogniseCMake, recogniseMakefile } from './c.ts';
import { recogniseGo, recogniseJava, recogniseRust } from './compiled.ts';
import { recogniseErlang } from './erlang.ts';
import type { Base, Recipe } from './recipe.ts';
import { recogniseNode } from './node.ts';
import { recognisePerl, recognisePhp, recognisePython, recogniseRuby } from './scripts.ts';
import { readSources, type Sources } from './sources.ts';

export interface RecogniseOptions {
  readonly template: Template | undefined;
  /** False: its own Dockerfile cannot be used. */
  readonly inContainer: boolean;
}

const ownWords = ['conform.yaml', 'conform.yml'];
const dockerfile = 'Dockerfile';

const recognisers: readonly ((
  sources: Sources,
) => Promise<Recipe | undefined> | Recipe | undefined)[] = [
  recogniseMakefile,
  recogniseCMake,
  recogniseC,
  recognisePython,
  recogniseJava,
  recogniseNode,
  recogniseGo,
  recogniseRust,
  recogniseRuby,
  recognisePhp,
  recognisePerl,
  recogniseErlang,
];

/**
 * What is known of the submission in `folder`: by the template, its conform.yaml, its Dockerfile, or
 * its files, whatever comes first.
 * @throws {SubmissionUnusable} of kind `unrecognised`, with what was found and what was expected
 */
export async function recognise(
  folder: string,
  { template, inContainer }: RecogniseOptions,
): Promise<Recipe> {
  const sources = await readSources(folder);
  if (template !== undefined) return said(template, sources, true);
  const own = ownWords.find((name) => sources.paths.includes(name));
  if (own !== undefined) return said(await readOwn(sources, own), sources, false);
  if (inContainer && sources.paths.includes(dockerfile)) {
    return { how: dockerfile, base: { kind: 'dockerfile' }, build: [], start: { kind: 'image' } };
  }
  for (const one of recognisers) {
    const recipe = await one(sources);
    if (recipe !== undefined) return recipe;
  }
  const found = sources.paths.slice(0, 5).join(', ') + (sources.paths.length > 5 ? ', …' : '');
  const alone = sources.paths.includes(dockerfile) ? ' Its Dockerfile needs a container.' : '';
  throw new SubmissionUnusable(
    'unrecognised',
    `Nothing in it says how it is built and started; found ${found}.${alone} Expected a Makefile, a ` +
      'CMakeLists.txt, a Dockerfile, or sources in C, C++, Python, Java, JavaScript, Go, Rust, Ruby, PHP, ' +
      'Perl or Erlang; or a conform.yaml with "build:" and "start:".',
  );
}

async function readOwn({ read }: Sources, file: string): Promise<Template> {
  try {
    return await readTemplate(await read(file), file);
  } catch (error) {
    if (!(error instanceof InvalidTemplate)) throw error;
    throw new SubmissionUnusable('unrecognised', error.message, { how: file, cause: error });
  }
}

function said(template: Template, { paths }: Sources, isInstructors: boolean): Recipe {
  const { file, base, build, start, port } = template;
  const chosen: Base =
    base?.kind === 'image'
      ? { ...base, isInstructors }
      : (base ?? { kind: 'language', language: languageOf(paths) });
  return { how: file, base: chosen, build, start: { kind: 'command', command: start, port } };
}

const byEnding: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:c|cpp|cc|cxx)$/u, 'c'],
  [/\.java$/u, 'java'],
  [/\.go$/u, 'go'],
  [/\.rs$/u, 'rust'],
  [/\.py$/u, 'python'],
  [/\.[cm]?js$/u, 'node'],
  [/\.rb$/u, 'ruby'],
  [/\.php$/u, 'php'],
  [/\.pl$/u, 'perl'],
  [/\.e(?:rl|script)$/u, 'erlang'],
];

function languageOf(paths: readonly string[]): Language {
  return byEnding.find(([ending]) => paths.some((path) => ending.test(path)))?.[1] ?? 'c';
}
