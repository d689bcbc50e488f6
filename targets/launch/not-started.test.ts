// Programs that cannot be started: the message says why, and what to do next.
import { chmod, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { launchTarget } from './launch.ts';
import { failure } from './launching.ts';
import { oddity } from './not-started.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** An ELF file's head for a machine that this one is not: MIPS, and big-endian. */
const elsewhere = Buffer.alloc(64);
elsewhere.write('\u007fELF\u0002\u0002\u0001', 'latin1');
elsewhere.writeUInt16BE(2, 16);
elsewhere.writeUInt16BE(8, 18);

test.each<[string, string, Files, string[]]>([
  [
    'a source that is not built',
    './server',
    { 'server.c': '' },
    ['not built yet', 'cc -pthread -o ./server server.c'],
  ],
  [
    'one in a folder',
    'src/server',
    { 'src/server.cpp': '' },
    ['c++ -pthread -o src/server src/server.cpp'],
  ],
  ['a Makefile', './server', { 'server.c': '', Makefile: '' }, ['run make -C . first']],
  ['another name', './server', { 'client.c': '' }, ['Is it built, and its path spelled right?']],
  ['a name without ./', 'my-own-server', { 'my-own-server': '' }, ['write ./my-own-server']],
  [
    'a script without the right',
    './server.py',
    { 'server.py': '' },
    ['not executable', 'python3 ./server.py'],
  ],
  [
    'a source given as the program',
    './server.c',
    { 'server.c': '' },
    ['source text', '(./server)'],
  ],
  ['a folder', './lib', { 'lib/x': '' }, ['it is a folder']],
  ['Windows line ends', './run+x', { 'run+x': '#!/bin/sh\r\nexit\r\n' }, ['carriage return']],
  [
    'an interpreter that is not there',
    './run+x',
    { 'run+x': '#!/no/such/python\n' },
    ['asks for "/no/such/python"', 'Install it'],
  ],
])('%s', async (_, program, files, told) => {
  const cwd = await mkdtemp(join(tmpdir(), 'launch-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(cwd, name, '..'), { recursive: true });
    await writeFile(join(cwd, name), content);
    if (name.endsWith('+x')) await chmod(join(cwd, name), 0o755);
  }

  const { message } = await failure(launchTarget({ command: `${program} {port}`, cwd }).start());

  expect(message).toContain(`${program} could not be started: `);
  for (const words of told) expect(message).toContain(words);
});

test.each<[string, string, string | Uint8Array, string]>([
  ['another processor', 'server', elsewhere, 'built for another processor (MIPS)'],
  ['Windows', 'server', 'MZ\u0090\u0000\u0003', 'built for Windows: build it again'],
  ['nobody: it is empty', 'server', '', 'Its file is empty'],
  ['Python, and does not say so', 'server.py', 'import socket\n', 'start it as python3 server.py'],
])('a program for %s ended at once, and is told so', async (_, name, content, told) => {
  const cwd = await mkdtemp(join(tmpdir(), 'launch-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await writeFile(join(cwd, name), content, { mode: 0o755 });

  const { message } = await failure(launchTarget({ command: `./${name} {port}`, cwd }).start());

  expect(message).toContain(told);
});

test('a program for this machine has nothing odd, nor has a script', () => {
  expect(oddity(process.execPath)).toBe('');
  expect(oddity(fileURLToPath(new URL('../../.ci/engine', import.meta.url)))).toBe('');
  expect(oddity('/no/such/file')).toBe('');
});
