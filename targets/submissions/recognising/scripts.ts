// Python, Perl, Ruby and PHP: nothing is built, one file is the server.
import type { Language } from '../template.ts';
import { chooseProgram, usualProgram } from './choose-program.ts';
import type { Recipe } from './recipe.ts';
import { fileName, type Sources } from './sources.ts';

interface Scripts {
  readonly language: Language;
  /** How their files end. */
  readonly ending: string;
  /** What runs them. */
  readonly runner: readonly string[];
  /** Matches the code of what listens. */
  readonly listens: RegExp;
  /** Files of these names are no programs. */
  readonly parts?: readonly string[];
}

const python: Scripts = {
  language: 'python',
  ending: 'py',
  // What it prints is wanted when it is printed, not when a buffer is full.
  runner: ['python3', '-u'],
  listens: /\.listen\s*\(|start_server|create_server|TCPServer|StreamServer/u,
  parts: ['__init__.py'],
};

const perl: Scripts = {
  language: 'perl',
  ending: 'pl',
  runner: ['perl'],
  listens: /\bListen\s*=>|\blisten\b\s*\(?\s*[$A-Z]/u,
};

const ruby: Scripts = {
  language: 'ruby',
  ending: 'rb',
  runner: ['ruby'],
  listens: /\bTCPServer\b|\btcp_server_\w+|\.listen\b/u,
};

const php: Scripts = {
  language: 'php',
  ending: 'php',
  runner: ['php'],
  listens: /\bstream_socket_server\s*\(|\bsocket_(?:create_)?listen\s*\(/u,
};

const recogniser =
  ({ language, ending, runner, listens, parts = [] }: Scripts) =>
  async (sources: Sources): Promise<Recipe | undefined> => {
    const files = await sources.ending(`.${ending}`);
    const programs = files.filter(({ path }) => !parts.includes(fileName(path)));
    const usualNames = ['server', 'main', 'app'].map((name) => `${name}.${ending}`);
    const server =
      usualProgram(programs, usualNames) ?? chooseProgram(programs, listens, `server.${ending}`);
    if (server === undefined) return undefined;
    return {
      how: server.path,
      base: { kind: 'language', language },
      build: [],
      start: { kind: 'program', words: [...runner, `./${server.path}`] },
    };
  };

export const recognisePython = recogniser(python);
export const recognisePerl = recogniser(perl);
export const recogniseRuby = recogniser(ruby);
export const recognisePhp = recogniser(php);
