import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixesOf, mends, type MendName } from './mends.ts';

const run = promisify(execFile);
const limitMs = 120_000;
const named = Object.entries(mends);
const names = Object.keys(mends) as MendName[];
const callsInC = (name: MendName): string => fixesOf(name)[0]?.calls ?? '';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-mends-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function isThere(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

const indented = (code: string): string => code.replace(/^(?=.)/gm, '    ');

const cPrologue = `
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int listener, client, gone, is_end;
char buffer[4096], *line;
const char *bytes, *message;
ssize_t count;
size_t size, used, unsent, index_, length_;
struct pollfd *watched;
struct sockaddr_in address;
struct conversation { int client; };
void serve_one(int client), serve_with(struct conversation *held), *serve(void *argument);
void *argument;
`;

describe('every piece of code compiles', () => {
  test('in C', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('gcc'))) skip('There is no gcc.');
    // A piece that says continue stands in a loop; functions within functions are GNU C.
    const functions = names.map(
      (name) =>
        `/* ${name} */\nvoid piece_${name.replaceAll('-', '_')}(size_t index, ssize_t length)\n{\n${callsInC(name)}\n    do {\n${indented(mends[name].c)}\n    } while (0);\n}\n`,
    );
    const file = join(folder, 'pieces.c');
    await writeFile(file, cPrologue + functions.join('\n'));

    const { stderr } = await run('gcc', [
      '-std=gnu11',
      '-Wall',
      '-Wno-unused',
      '-fsyntax-only',
      file,
    ]);

    expect(stderr).toBe('');
  });

  test('in Python', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('python3'))) skip('There is no python3.');
    // In a loop of a coroutine, where await, return and continue have their places.
    const pieces = named.map(
      ([name, { python }]) =>
        `async def ${name.replaceAll('-', '_')}():\n    while True:\n${indented(indented(python))}\n`,
    );
    const file = join(folder, 'pieces.py');
    await writeFile(file, pieces.join('\n'));

    await expect(run('python3', ['-W', 'error', '-m', 'py_compile', file])).resolves.toBeDefined();
  });

  test('in Java', { timeout: limitMs }, async ({ skip }) => {
    if (!(await isThere('javac'))) skip('There is no javac.');
    const methods = named.map(
      ([name, { java }]) =>
        `void ${name.replaceAll('-', '_')}() throws Exception {\n${indented(java)}\n}`,
    );
    const source = `
import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
class Pieces {
    static final byte[] MESSAGE = {};
    final Socket client = null; InputStream in; OutputStream out; byte[] buffer; int count, port;
    ByteBuffer bytes; SocketChannel channel; SelectionKey key; Selector selector;
    ServerSocket listener; Set<Socket> clients; boolean isEnd; String line; BufferedReader console;
    static void serve(Socket client) {}
    static void serveAll(ServerSocket listener) {}
${methods.join('\n')}
}
`;
    const file = join(folder, 'Pieces.java');
    await writeFile(file, source);

    const { stderr } = await run('javac', ['-proc:none', '-d', folder, file]);

    expect(stderr).toBe('');
  });

  test('in JavaScript', { timeout: limitMs }, async () => {
    const pieces = named.map(
      ([name, { javascript }]) =>
        `async function ${name.replaceAll('-', '_')}() {\n${javascript}\n}`,
    );
    const file = join(folder, 'pieces.mjs');
    await writeFile(file, pieces.join('\n'));

    await expect(run(process.execPath, ['--check', file])).resolves.toBeDefined();
  });
});

test.each(names)('%s is short and fits a narrow window', (name) => {
  for (const { language, code } of fixesOf(name)) {
    const lines = code.split('\n');
    expect(lines.length).toBeLessThanOrEqual(14);
    const widest = Object.keys(mends[name]).includes(language) ? 100 : 76;
    expect(lines.filter(({ length }) => length > widest)).toEqual([]);
  }
});
