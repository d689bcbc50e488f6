// Java, Go and Rust: compiled by what comes with the language, without anything from elsewhere.
import { SubmissionUnusable } from '../unusable.ts';
import { chooseProgram } from './choose-program.ts';
import { findProgram, markBefore } from './find-program.ts';
import { builtProgram, fileWord, type Recipe } from './recipe.ts';
import { codeOf, fileName, folderOf, type Sources } from './sources.ts';

const classes = '.conform-classes';

export async function recogniseJava(sources: Sources): Promise<Recipe | undefined> {
  const all = (await sources.ending('.java')).map(({ path, text }) => ({
    path,
    text: codeOf(text),
  }));
  if (all.length === 0) return undefined;
  for (const project of ['pom.xml', 'build.gradle', 'build.gradle.kts']) {
    if (sources.paths.includes(project) && needsOthers(await sources.read(project))) {
      throw needsNetwork(project, 'libraries');
    }
  }
  const own = all.filter(({ path }) => !/(?:^|\/)src\/test\//u.test(path));
  const programs = own.filter(({ text }) => /\bstatic\s+void\s+main\s*\(/u.test(text));
  const listens = /\bServerSocket(?:Channel)?\b/u;
  const server = chooseProgram(programs, listens, 'Server.java');
  if (server === undefined) {
    throw new SubmissionUnusable(
      'unrecognised',
      `None of its ${own.length} Java files has a main method. Expected a class with ` +
        '"public static void main(String[] args)" that starts the server.',
    );
  }
  const folder = /^\s*package\s+([\w.]+)\s*;/mu.exec(server.text)?.[1];
  const name = fileName(server.path).replace(/\.java$/u, '');
  const main = folder === undefined ? name : `${folder}.${name}`;
  const files = own.map(({ path }) => fileWord(path)).join(' ');
  return {
    how: server.path,
    base: { kind: 'language', language: 'java' },
    build: [`javac -encoding UTF-8 -d ${classes} ${files}`],
    start: { kind: 'program', words: ['java', '-cp', classes, main] },
  };
}

/** Libraries for its tests alone are not needed to build it. */
function needsOthers(project: string): boolean {
  const text = project.replace(/<!--[^]*?-->/gu, '');
  const maven = text.match(/<dependency>[^]*?<\/dependency>/gu) ?? [];
  return (
    maven.some((one) => !/<scope>\s*test\s*<|junit/u.test(one)) ||
    /^\s*(?:implementation|api|compile)\b/mu.test(text)
  );
}

export async function recogniseGo(sources: Sources): Promise<Recipe | undefined> {
  const all = (await sources.ending('.go')).filter(({ path }) => !path.endsWith('_test.go'));
  if (all.length === 0) return undefined;
  const isModule = sources.paths.includes('go.mod');
  if (isModule && /^\s*require\b/mu.test(await sources.read('go.mod'))) {
    throw needsNetwork('go.mod', 'modules');
  }
  const programs = all.filter(({ text }) => /^func\s+main\s*\(/mu.test(text));
  const server = chooseProgram(programs, /\bnet\.Listen|\.Accept\s*\(/u, 'server.go');
  if (server === undefined) {
    throw new SubmissionUnusable(
      'unrecognised',
      `None of its ${all.length} Go files has a func main. Expected one that starts the server.`,
    );
  }
  const folder = folderOf(server.path);
  const what = programs.filter(({ path }) => folderOf(path) === folder).length > 1;
  // Two programs in one folder are no package: the file is compiled alone.
  const target = what ? fileWord(server.path) : fileWord(`./${folder}`);
  const environment = 'export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local CGO_ENABLED=0';
  // A newer Go writes a line that an older one cannot read; what it says is tried all the same.
  const module = isModule
    ? "go list -m >/dev/null 2>&1 || sed -i 's/^go 1\\..*$/go 1.19/; /^toolchain /d' go.mod"
    : 'go mod init submission';
  return {
    how: isModule ? 'go.mod' : server.path,
    base: { kind: 'language', language: 'go' },
    build: [`${environment}; ${module}; go build -o ${builtProgram} ${target}`],
    start: { kind: 'program', words: [builtProgram] },
  };
}

export async function recogniseRust(sources: Sources): Promise<Recipe | undefined> {
  const base = { kind: 'language', language: 'rust' } as const;
  const start = { kind: 'program', words: [builtProgram] } as const;
  if (sources.paths.includes('Cargo.toml')) {
    const [, dependencies = ''] =
      /^\[dependencies\]\s*$([^[]*)/mu.exec(await sources.read('Cargo.toml')) ?? [];
    if (/^\s*[\w-]+\s*=/mu.test(dependencies)) throw needsNetwork('Cargo.toml', 'crates');
    return {
      how: 'Cargo.toml',
      base,
      // There is nothing to lock, and an older cargo cannot read the lock of a newer one.
      build: [
        markBefore,
        'rm -f Cargo.lock; cargo build --release --offline',
        findProgram(undefined),
      ],
      start,
    };
  }
  const all = await sources.ending('.rs');
  const programs = all.filter(({ text }) => /\bfn\s+main\s*\(/u.test(text));
  const server = chooseProgram(programs, /\bTcpListener\b/u, 'server.rs');
  if (server === undefined) return undefined;
  const build = [`rustc --edition 2021 -O -o ${builtProgram} ${fileWord(server.path)}`];
  return { how: server.path, base, build, start };
}

function needsNetwork(file: string, what: string): SubmissionUnusable {
  return new SubmissionUnusable(
    'unrecognised',
    `Its ${file} needs ${what} from the network, which its build does not have. Use what the ` +
      'language brings itself, or submit a Dockerfile.',
    { how: file },
  );
}
