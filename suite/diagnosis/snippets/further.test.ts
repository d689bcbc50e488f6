// The pieces in Go, Rust, Ruby and PHP. Each is compiled as it is, within what surrounds it in a
// server: nothing is filled in that who copies it would not have.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnippetLanguage } from '../../events/events.ts';
import { fixesOf, mends, type MendName } from './mends.ts';

const run = promisify(execFile);
const limitMs = 120_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-mends-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isThere = (program: string, argument = '--version'): Promise<boolean> =>
  run(program, [argument]).then(
    () => true,
    () => false,
  );

interface Piece {
  readonly name: string;
  readonly code: string;
  readonly calls: string | undefined;
}

function piecesIn(language: SnippetLanguage): readonly Piece[] {
  const pieces = (Object.keys(mends) as MendName[]).flatMap((name) =>
    fixesOf(name)
      .filter((fix) => fix.language === language)
      .map(({ code, calls }) => ({ name: name.replaceAll('-', '_'), code, calls })),
  );
  expect(pieces).toHaveLength(Object.keys(mends).length);
  return pieces;
}

async function written(file: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const goPrologue = `package main
import (
    "bufio"
    "bytes"
    "fmt"
    "io"
    "log"
    "net"
    "os"
    "os/exec"
    "os/signal"
    "strings"
    "sync"
    "syscall"
    "time"
)
var (
    client, from net.Conn
    listener net.Listener
    buffer, head, body, message []byte
    line string
    count int
    isEnd bool
    clients map[net.Conn]bool
    mutex sync.Mutex
    _ = bufio.NewReader
    _ = bytes.Equal
    _ = fmt.Print
    _ = exec.Command
    _ = signal.Notify
    _ = strings.TrimSuffix
    _ = io.Copy
    _ = log.Print
    _ = os.Exit
    _ = syscall.SIGTERM
    _ = time.Second
)
func serve(client net.Conn) {}
func main() {}`;

/** What a piece leaves for the lines that follow it: Go takes a name that nobody uses for a mistake. */
function leftByGo(code: string): string {
  const declared = [...code.matchAll(/^(\w+(?:, \w+)*) :=/gmu)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  return [...new Set(declared)]
    .filter((name) => name !== '_')
    .map((name) => `_ = ${name}`)
    .join('; ');
}

const rustPrologue = `#![allow(unused, unreachable_code)]
use std::collections::HashMap;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{self, Command};
use std::thread;
fn any<T>() -> T { todo!() }
fn serve(client: TcpStream) {}
fn serve_one(client: &TcpStream) {}
fn converse(client: TcpStream) -> io::Result<()> { Ok(()) }`;

const rustValues = `
let (mut client, mut from): (TcpStream, TcpStream) = any();
let listener: TcpListener = any();
let mut clients: HashMap<u64, TcpStream> = any();
let (id, count, port, is_end): (u64, usize, u16, bool) = any();
let mut buffer = [0u8; 4096];
let mut rest: Vec<u8> = any();
let (head, body, message): (&[u8], &[u8], &[u8]) = any();
let line: &str = any();`;

/** What stands before brackets in PHP and is no function. */
const phpConstructs = new Set([
  'catch',
  'exit',
  'isset',
  'unset',
  'if',
  'elseif',
  'foreach',
  'while',
  'fn',
  'serve',
]);

describe('every piece of code compiles', () => {
  test('in Go', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('go', 'version'))) skip('There is no go.');
    // In a loop, where continue and return have their places. What uses the names may stand behind an endless one.
    const functions = piecesIn('go').map(
      ({ name, code }) =>
        `func ${name}() {\nfor turn := 0; turn < 1; turn++ {\n${code}\n${leftByGo(code)}\n}\n}`,
    );
    const file = await written('pieces.go', goPrologue, ...functions);

    await run('gofmt', ['-e', file]);
    await expect(run('go', ['vet', '-unreachable=false', file])).resolves.toBeDefined();
  });

  test('in Rust', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('rustc'))) skip('There is no rustc.');
    const functions = piecesIn('rust').map(
      ({ name, code }) =>
        `fn ${name}() -> io::Result<()> {\nloop {\n${rustValues}\n${code}\n}\nOk(())\n}`,
    );
    const file = await written('pieces.rs', rustPrologue, ...functions);

    const { stderr } = await run('rustc', [
      ...['--edition', '2021', '--crate-type', 'lib', '--emit', 'metadata'],
      ...['--out-dir', folder, file],
    ]);

    expect(stderr).toBe('');
  });

  test('in Ruby', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('ruby'))) skip('There is no ruby.');
    const methods = piecesIn('ruby').map(
      ({ name, code }) => `def ${name}\nloop do\n${code}\nend\nend`,
    );
    const file = await written('pieces.rb', ...methods);

    const { stdout, stderr } = await run('ruby', ['-c', file]);

    expect(stdout + stderr).toBe('Syntax OK\n');
  });

  test('in PHP', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('php'))) skip('There is no php.');
    const pieces = piecesIn('php');
    const functions = pieces.map(
      ({ name, code }) => `function piece_${name}() { while (true) {\n${code}\n} }`,
    );
    const file = await written('pieces.php', '<?php', ...functions);
    const { stdout } = await run('php', ['-l', file]);

    expect(stdout).toBe(`No syntax errors detected in ${file}\n`);

    // PHP looks a function up when it is called: those that no extension here has are told by name.
    const defined = pieces.map(({ code, calls }) => `${code}\n${calls ?? ''}`).join('\n');
    const own = new Set([...defined.matchAll(/^function (\w+)\(/gmu)].map(([, name]) => name));
    const bare = defined.replace(/\/\/.*$/gmu, '').replace(/'[^'\n]*'/gu, "''");
    const called = [...bare.matchAll(/(?<![\w$>])([a-z]\w*)\(/gu)].map(([, name = '']) => name);
    const asked = [...new Set(called)].filter((name) => !own.has(name) && !phpConstructs.has(name));
    const hasAll = await run('php', ['-r', 'exit((int) !extension_loaded("sockets"));']).then(
      () => true,
      () => false,
    );
    if (!hasAll) return;
    const check = `foreach (array_slice($argv, 1) as $name) if (!function_exists($name)) echo $name, "\\n";`;
    const unknown = await run('php', ['-r', check, '--', ...asked]);

    expect(unknown.stdout).toBe('');
  });
});

test('what a piece calls is given with it, whole', () => {
  const fixes = fixesOf('send-what-was-read');
  const callsIn = (language: SnippetLanguage): string | undefined =>
    fixes.find((one) => one.language === language)?.calls;

  expect(callsIn('c')).toMatch(/^int send_all\([^]*\n\}$/u);
  expect(callsIn('php')).toMatch(/^function send_all\([^]*\n\}$/u);
  expect(fixes.filter(({ calls }) => calls !== undefined)).toHaveLength(2);
});
