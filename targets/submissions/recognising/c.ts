// C and C++: a Makefile, a CMakeLists.txt, or nothing but sources.
import { SubmissionUnusable } from '../unusable.ts';
import { chooseProgram } from './choose-program.ts';
import { findProgram, markBefore } from './find-program.ts';
import { builtProgram, fileWord, type Recipe } from './recipe.ts';
import { codeOf, fileName, folderOf, type SourceFile, type Sources } from './sources.ts';

const cEndings = ['.c'];
const cppEndings = ['.cpp', '.cc', '.cxx', '.c++', '.C'];
const makefiles = ['Makefile', 'makefile', 'GNUmakefile'];
const base = { kind: 'language', language: 'c' } as const;
const start = { kind: 'program', words: [builtProgram] } as const;

/** A Makefile that has C or C++ to make, or nothing of another language beside it. */
export async function recogniseMakefile({ paths, read }: Sources): Promise<Recipe | undefined> {
  const makefile = makefiles.find((name) => paths.includes(name));
  if (makefile === undefined) return undefined;
  const isOthers = paths.some((path) =>
    /\.(?:py|java|m?js|go|rs|rb|php|pl|erl|escript)$/u.test(path),
  );
  if (isOthers && !paths.some(isC)) return undefined;
  const preferred = namedProgram(await read(makefile));
  return {
    how: makefile,
    base,
    // All of it is made anew: what was handed in with it was made on another machine.
    build: [markBefore, 'make -B', findProgram(preferred)],
    start,
  };
}

/** What a Makefile calls its program, where it says so in the usual way. */
function namedProgram(makefile: string): string | undefined {
  return /^(?:TARGET|PROG(?:RAM)?|BIN(?:ARY)?|EXE(?:C|CUTABLE)?|SERVER)[ \t]*[:?]?=[ \t]*([\w.-]+)[ \t]*(?:#.*)?$/mu.exec(
    makefile,
  )?.[1];
}

export function recogniseCMake({ paths }: Sources): Recipe | undefined {
  if (!paths.includes('CMakeLists.txt')) return undefined;
  const build = [markBefore, 'cmake -S . -B .conform-build', 'cmake --build .conform-build'];
  return { how: 'CMakeLists.txt', base, build: [...build, findProgram(undefined)], start };
}

/** Sources alone: those with the server's `main`, and all that have none. */
export async function recogniseC(sources: Sources): Promise<Recipe | undefined> {
  const all = await sources.ending(...cEndings, ...cppEndings);
  if (all.length === 0) return undefined;
  const programs = all.filter(({ text }) => /\bmain\s*\(/u.test(codeOf(text)));
  const server = chooseProgram(programs, /\blisten\s*\(/u, 'server.c');
  if (server === undefined) {
    throw new SubmissionUnusable(
      'unrecognised',
      `None of its ${all.length} C or C++ files has a main function. Expected one that starts the server.`,
    );
  }
  const parts = all.filter((file) => !programs.includes(file));
  return { how: server.path, base, build: [compile([server, ...parts], sources)], start };
}

const isCpp = (path: string): boolean => cppEndings.some((ending) => path.endsWith(ending));
const isC = (path: string): boolean => path.endsWith('.c') || isCpp(path);

function compile(files: readonly SourceFile[], { paths }: Sources): string {
  const headers = paths.filter((path) => /\.(?:h|hpp|hh|hxx)$/u.test(fileName(path)));
  const folders = [...new Set(headers.map(folderOf))].filter((folder) => folder !== '');
  const options = ['-O1', ...folders.map((folder) => `-I ${fileWord(folder)}`)].join(' ');
  const words = (some: readonly SourceFile[]): string =>
    some.map(({ path }) => fileWord(path)).join(' ');
  const link = `-o ${builtProgram} -pthread -lm`;
  const cpp = files.filter(({ path }) => isCpp(path));
  if (cpp.length === 0) return `gcc ${options} ${words(files)} ${link}`;
  const c = files.filter(({ path }) => !isCpp(path));
  const linkCpp = `g++ -std=c++20 ${options} ${words(cpp)}`;
  if (c.length === 0) return `${linkCpp} ${link}`;
  // Each by its own compiler: C that is read as C++ would not compile.
  return `mkdir .conform-c && (for file in ${words(c)}; do gcc ${options} -c "$file" -o ".conform-c/$(echo "$file" | tr / _).o" || exit 1; done) && ${linkCpp} .conform-c/*.o ${link}`;
}
