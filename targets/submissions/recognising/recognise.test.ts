import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Template } from '../template.ts';
import { SubmissionUnusable } from '../unusable.ts';
import type { Recipe } from './recipe.ts';
import { recognise } from './recognise.ts';

type Files = Readonly<Record<string, string>>;

async function recognised(
  files: Files,
  options: { template?: Template; inContainer?: boolean } = {},
): Promise<Recipe> {
  const folder = await mkdtemp(join(tmpdir(), 'recognise-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return await recognise(folder, { template: undefined, inContainer: true, ...options });
}

async function unrecognised(files: Files): Promise<string> {
  const error: unknown = await recognised(files).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SubmissionUnusable);
  expect(error).toMatchObject({ kind: 'unrecognised' });
  return error instanceof Error ? error.message : '';
}

const cServer = 'int main(int argc, char **argv) { listen(fd, 5); }';
const cClient = 'int main(void) { connect(fd, address, size); }';
const pyServer = 'listener.listen(5)';
const javaServer = 'class A { public static void main(String[] a) { new ServerSocket(1); } }';
const goServer = 'package main\nfunc main() {\n net.Listen("tcp", ":1")\n}\n';
const words = ({ start }: Recipe): string =>
  start.kind === 'program' ? start.words.join(' ') : start.kind;

describe('what a submission is told by', () => {
  it.each<readonly [string, Files, { how: string; language: string; start: RegExp }]>([
    [
      'a Makefile',
      { Makefile: 'server: server.c', 'server.c': cServer },
      { how: 'Makefile', language: 'c', start: /conform-server/u },
    ],
    [
      'CMake',
      { 'CMakeLists.txt': '', 'main.cpp': cServer },
      { how: 'CMakeLists.txt', language: 'c', start: /conform-server/u },
    ],
    [
      'one C file',
      { 'upper.c': cServer },
      { how: 'upper.c', language: 'c', start: /conform-server/u },
    ],
    [
      'C beside a client',
      { 'client.c': cClient, 'upper.c': cServer },
      { how: 'upper.c', language: 'c', start: /conform-server/u },
    ],
    [
      'C with a test script',
      { 'server.c': cServer, 'check.py': 'x' },
      { how: 'server.c', language: 'c', start: /conform-server/u },
    ],
    [
      'C++',
      { 'src/a.cpp': cServer, 'src/b.cpp': '// int main()' },
      { how: 'src/a.cpp', language: 'c', start: /conform-server/u },
    ],
    [
      'server.py',
      { 'server.py': 'x', 'main.py': pyServer },
      { how: 'server.py', language: 'python', start: /python3 -u \.\/server\.py/u },
    ],
    [
      'main.py',
      { 'main.py': 'x', 'talk.py': 'x' },
      { how: 'main.py', language: 'python', start: /main\.py/u },
    ],
    [
      'the only Python',
      { 'task.py': 'x' },
      { how: 'task.py', language: 'python', start: /task\.py/u },
    ],
    [
      'the Python that listens',
      { 'a.py': pyServer, 'b.py': 'x' },
      { how: 'a.py', language: 'python', start: /a\.py/u },
    ],
    [
      'Java',
      { 'A.java': javaServer, 'B.java': 'class B {}' },
      { how: 'A.java', language: 'java', start: /java -cp \S+ A$/u },
    ],
    [
      'Java in a package',
      { 'src/a/b/A.java': `package a.b;\n${javaServer}` },
      { how: 'src/a/b/A.java', language: 'java', start: / a\.b\.A$/u },
    ],
    [
      'Maven without libraries',
      {
        'pom.xml': '<project><dependency>junit</dependency></project>',
        'src/main/java/A.java': javaServer,
      },
      { how: 'src/main/java/A.java', language: 'java', start: / A$/u },
    ],
    [
      'package.json, start',
      { 'package.json': '{"scripts":{"start":"node x.js"}}', 'x.js': '' },
      { how: 'package.json', language: 'node', start: /^sh -c node x\.js "\$@" sh$/u },
    ],
    [
      'package.json, main',
      { 'package.json': '{"main":"./y.js"}', 'x.js': '', 'y.js': '' },
      { how: 'y.js', language: 'node', start: /^node \.\/y\.js$/u },
    ],
    [
      'index.js',
      { 'index.js': '', 'other.js': '' },
      { how: 'index.js', language: 'node', start: /^node \.\/index\.js$/u },
    ],
    [
      'the only .mjs',
      { 'echo.mjs': '' },
      { how: 'echo.mjs', language: 'node', start: /^node \.\/echo\.mjs$/u },
    ],
    [
      'Go',
      { 'go.mod': 'module a\n\ngo 1.22\n', 'main.go': goServer },
      { how: 'go.mod', language: 'go', start: /conform-server/u },
    ],
    [
      'Go without go.mod',
      { 'srv.go': goServer, 'cli.go': 'func main() {}' },
      { how: 'srv.go', language: 'go', start: /conform-server/u },
    ],
    [
      'Cargo',
      { 'Cargo.toml': '[package]\nname = "a"\n[dependencies]\n', 'src/main.rs': 'fn main() {}' },
      { how: 'Cargo.toml', language: 'rust', start: /conform-server/u },
    ],
    [
      'rustc',
      { 'main.rs': 'fn main() {}' },
      { how: 'main.rs', language: 'rust', start: /conform-server/u },
    ],
    [
      'Ruby beside a client',
      { 'echo.rb': 'server = TCPServer.new 2000', 'talk.rb': 'TCPSocket.new' },
      { how: 'echo.rb', language: 'ruby', start: /^ruby \.\/echo\.rb$/u },
    ],
    [
      'PHP beside a client',
      { 'echo.php': '<?php stream_socket_server($at);', 'talk.php': '<?php fsockopen($at);' },
      { how: 'echo.php', language: 'php', start: /^php \.\/echo\.php$/u },
    ],
    [
      'PHP with the functions of sockets',
      { 'echo.php': '<?php socket_listen($s);', 'talk.php': '<?php socket_connect($s);' },
      { how: 'echo.php', language: 'php', start: /echo\.php$/u },
    ],
    [
      'Perl beside a client',
      {
        'echo.pl': 'IO::Socket::INET->new(LocalPort => 5000, Listen => 10)',
        'talk.pl': 'IO::Socket::INET->new(PeerPort => 5000)',
      },
      { how: 'echo.pl', language: 'perl', start: /^perl \.\/echo\.pl$/u },
    ],
    [
      'Perl that calls listen(2) itself',
      { 'echo.pl': 'listen(S, SOMAXCONN);', 'talk.pl': 'connect(S, $there);' },
      { how: 'echo.pl', language: 'perl', start: /echo\.pl$/u },
    ],
    [
      'Erlang beside a client, with a Makefile',
      {
        Makefile: 'all:\n\terlc *.erl',
        'src/echo.erl':
          '-module(echo).\n-export([start/0, start/1]).\nstart(Port) -> gen_tcp:listen(Port, []).',
        'src/talk.erl':
          '-module(talk).\n-export([start/1]).\nstart(Port) -> gen_tcp:connect(Port).',
      },
      {
        how: 'src/echo.erl',
        language: 'erlang',
        start: /\[Port \| _\] -> echo:start\(list_to_integer\(Port\)\); _ -> echo:start\(\) end/u,
      },
    ],
    [
      'Erlang that is started by erl -run',
      { 'echo.erl': '-module(echo).\n-export([run/1]).\nrun([Port]) -> listen(Port).' },
      { how: 'echo.erl', language: 'erlang', start: / -> echo:run\(\[Port\]\) end/u },
    ],
    [
      'Erlang that is started by erl -s',
      {
        'echo.erl':
          '-module(echo).\n-compile(export_all).\nstart([Port]) -> listen(atom_to_list(Port)).',
      },
      { how: 'echo.erl', language: 'erlang', start: / -> echo:start\(\[list_to_atom\(Port\)\]\)/u },
    ],
    [
      'a script in Erlang',
      { 'echo.erl': '#!/usr/bin/env escript\nmain(_) -> gen_tcp:listen(5000, []).' },
      { how: 'echo.erl', language: 'erlang', start: /^escript \.\/echo\.erl$/u },
    ],
    [
      'a Makefile that only runs Python',
      { Makefile: 'run:\n\tpython3 srv.py', 'srv.py': 'x' },
      { how: 'srv.py', language: 'python', start: /srv\.py/u },
    ],
  ])('%s', async (_, files, { how, language, start }) => {
    const recipe = await recognised(files);

    expect(recipe).toMatchObject({ how, base: { kind: 'language', language } });
    expect(words(recipe)).toMatch(start);
  });

  it('takes a template before its conform.yaml, that before its Dockerfile, that before its files', async () => {
    const files = { 'server.c': cServer, Dockerfile: 'FROM scratch' };
    const own = { ...files, 'conform.yaml': 'build: make\nstart: ./x {port}\n' };
    const template: Template = { file: 't.yaml', base: null, build: [], start: './y', port: 80 };

    expect(await recognised(own, { template })).toMatchObject({
      how: 't.yaml',
      start: { command: './y', port: 80 },
      base: { language: 'c' },
    });
    expect(await recognised(own)).toMatchObject({
      how: 'conform.yaml',
      build: ['make'],
      start: { command: './x {port}' },
    });
    expect(await recognised(files)).toMatchObject({ how: 'Dockerfile', start: { kind: 'image' } });
    expect(await recognised(files, { inContainer: false })).toMatchObject({ how: 'server.c' });
  });

  it('compiles the server with what belongs to it, without the client', async () => {
    const { build } = await recognised({
      'server.c': cServer,
      'client.c': cClient,
      'lib/talk.c': 'void talk(void) {}',
      'lib/talk.h': '',
    });

    expect(build).toEqual([
      "gcc -O1 -I 'lib' 'server.c' 'lib/talk.c' -o ./.conform-server -pthread -lm",
    ]);
  });

  it('keeps a name out of the shell’s hands', async () => {
    const { build } = await recognised({ "-a'; rm x.c": cServer });

    expect(build[0]).toContain(String.raw`'./-a'\''; rm x.c'`);
  });
});

describe('what is not recognised', () => {
  it.each<readonly [string, Files, string]>([
    ['nothing of a program', { 'notes.txt': '' }, 'found notes.txt. Expected a Makefile'],
    [
      'two servers',
      { 'thread.c': cServer, 'fork.c': cServer },
      'It has 2 programs (fork.c, thread.c)',
    ],
    ['C without main', { 'a.c': 'int f(void);' }, 'has a main function'],
    ['Java without main', { 'A.java': 'class A {}' }, 'has a main method'],
    [
      'Maven with libraries',
      { 'pom.xml': '<dependency>netty</dependency>', 'A.java': javaServer },
      'Its pom.xml needs libraries',
    ],
    [
      'Node with packages',
      { 'package.json': '{"dependencies":{"ws":"1"}}', 'a.js': '' },
      'needs the package ws',
    ],
    ['a package.json that is none', { 'package.json': '{', 'a.js': '' }, 'is not JSON'],
    [
      'crates',
      { 'Cargo.toml': '[dependencies]\ntokio = "1"\n', 'src/main.rs': '' },
      'needs crates',
    ],
    [
      'Erlang without a function that starts',
      { 'a.erl': '-module(a).\n-export([add/2]).' },
      'exports a function that starts the server',
    ],
    [
      'Erlang with libraries',
      { 'rebar.config': '{deps, [ranch]}. % one', 'a.erl': '-export([start/0]).' },
      'Its rebar.config needs libraries',
    ],
    [
      'a conform.yaml with a mistake',
      { 'conform.yaml': 'build: make\nstrat: x\n' },
      'conform.yaml:2:1 "strat" is unknown here',
    ],
  ])('%s', async (_, files, reason) => {
    expect(await unrecognised(files)).toContain(reason);
  });
});
