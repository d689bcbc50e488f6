// Erlang: a script for escript, or modules that are compiled, one of which has the function that starts the server.
import { SubmissionUnusable } from '../unusable.ts';
import { chooseProgram } from './choose-program.ts';
import { fileWord, type Recipe } from './recipe.ts';
import { fileName, folderOf, type SourceFile, type Sources } from './sources.ts';

const beams = '.conform-beams';
const base = { kind: 'language', language: 'erlang' } as const;
const listens = /\b(?:gen_tcp|socket):listen\b/u;

export async function recogniseErlang(sources: Sources): Promise<Recipe | undefined> {
  const files = await sources.ending('.erl', '.escript');
  const own = files.filter(({ path }) => !/_(?:SUITE|tests?)\.erl$|(?:^|\/)test\//u.test(path));
  if (own.length === 0) return undefined;
  if (sources.paths.includes('rebar.config')) {
    const config = codeOf(await sources.read('rebar.config'));
    if (/\{\s*deps\s*,\s*\[\s*[^\]\s]/u.test(config)) {
      throw new SubmissionUnusable(
        'unrecognised',
        'Its rebar.config needs libraries from the network, which its build does not have. Use what Erlang brings ' +
          'itself, or submit a Dockerfile.',
        { how: 'rebar.config' },
      );
    }
  }

  const programs = own
    .map(({ path, text }) => ({ path, text: isScript({ path, text }) ? text : codeOf(text) }))
    .filter((file) => isScript(file) || entryOf(file) !== undefined);
  const server = chooseProgram(programs, listens, 'server.erl');
  if (server === undefined) {
    throw new SubmissionUnusable(
      'unrecognised',
      `None of its ${own.length} Erlang files exports a function that starts the server. Expected start/0, or start/1 ` +
        'with the port, or a script with main/1.',
    );
  }
  if (isScript(server)) {
    const words = ['escript', `./${server.path}`];
    return { how: server.path, base, build: [], start: { kind: 'program', words } };
  }
  const modules = own.filter((file) => !isScript(file));
  const headers = sources.paths.filter((path) => path.endsWith('.hrl')).map(folderOf);
  const folders = [...new Set(['include', ...headers])].filter((folder) => folder !== '');
  const options = folders.map((folder) => `-I ${fileWord(folder)}`).join(' ');
  return {
    how: server.path,
    base,
    build: [
      `mkdir -p ${beams} && erlc ${options} -o ${beams} ${modules.map(({ path }) => fileWord(path)).join(' ')}`,
    ],
    start: {
      kind: 'program',
      words: ['erl', '-noshell', '-pa', beams, '-eval', calling(server), '-extra'],
    },
  };
}

const isScript = ({ path, text }: SourceFile): boolean =>
  path.endsWith('.escript') || text.startsWith('#!');

/** What people call the function that one types to start a server, the usual names first. */
const usualEntries = ['start', 'main', 'run', 'start_server', 'server', 'serve', 'listen', 'init'];

/** The exported function that starts the server, with the numbers of parameters that it takes: 0, 1, or both. */
interface Entry {
  readonly name: string;
  readonly takes: readonly string[];
}

function entryOf({ path, text }: SourceFile): Entry | undefined {
  const isAll = /-compile\(\s*\[?[^)]*\bexport_all\b/u.test(text);
  const exports = [...text.matchAll(/^-export\(\s*\[([^\]]*)\]/gmu)].map(([, list]) => list);
  const exported = exports.join(',');
  const isDefined = (name: string, count: string): boolean => {
    if (new RegExp(`(?<!\\w)${name}\\s*/\\s*${count}(?!\\d)`, 'u').test(exported)) return true;
    const parameters = count === '0' ? '\\s*' : '[^(),]+';
    return isAll && new RegExp(`^${name}\\(${parameters}\\)`, 'mu').test(text);
  };
  for (const name of [...usualEntries, moduleOf({ path, text }), 'start_link']) {
    const takes = ['0', '1'].filter((count) => isDefined(name, count));
    if (takes.length > 0) return { name, takes };
  }
  return undefined;
}

const moduleOf = ({ path, text }: SourceFile): string =>
  /^-module\(\s*(\w+)/mu.exec(text)?.[1] ?? fileName(path).replace(/\.erl$/u, '');

/**
 * An expression that starts the server as somebody at the shell would, with the first parameter of the command for its
 * port. Whoever called it owns the listener: it must live as long as the server.
 */
function calling(server: SourceFile): string {
  const { name, takes } = entryOf(server) ?? { name: 'start', takes: ['0'] };
  const call = `${moduleOf(server)}:${name}`;
  const clauses = [
    ...(takes.includes('1') ? [`[Port | _] -> ${call}(${portFor(name, server.text)})`] : []),
    ...(takes.includes('0') ? [`_ -> ${call}()`] : []),
  ];
  return `case init:get_plain_arguments() of ${clauses.join('; ')} end, receive after infinity -> ok end.`;
}

/** What its one parameter is: the port as a number, or a list, as `erl -run`, `erl -s` and escript give one. */
function portFor(name: string, text: string): string {
  const isList = new RegExp(`^${name}\\(\\s*\\[`, 'mu').test(text);
  if (isList && text.includes('atom_to_list')) return '[list_to_atom(Port)]';
  return isList || name === 'main' ? '[Port]' : 'list_to_integer(Port)';
}

/** `text` without comments; strings stay, with their signs of percent. */
const codeOf = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\])*"|\$.)|%[^\n]*/gu, (_, kept: string | undefined) => kept ?? '');
