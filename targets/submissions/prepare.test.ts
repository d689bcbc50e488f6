// Native builds of the example class, and of what is wrong with a build or a start.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isLiving, readProcess } from '../processes/process-table.ts';
import type { Target } from '../target.ts';
import { prepareSubmission, SubmissionUnusable, type Prepared } from './prepare.ts';
import type { SubmissionSource } from './submissions.ts';
import type { Template } from './template.ts';
import { tarGzipOf } from './unpacking/archives.ts';

// A JVM and two compilers, on a machine that has other things to do.
vi.setConfig({ testTimeout: 120_000 });

const classFolder = fileURLToPath(new URL('../../fixtures/class/submissions', import.meta.url));

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'prepare-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

interface Options {
  readonly template?: Template;
  readonly buildLimitMs?: number;
  readonly signal?: AbortSignal;
}

async function prepared(source: SubmissionSource, options: Options = {}): Promise<Prepared> {
  const ready = await prepareSubmission(source, {
    inContainer: false,
    template: undefined,
    workFolder: await folder(),
    buildLimitMs: 60_000,
    buildNetwork: false,
    signal: new AbortController().signal,
    ...options,
  });
  onTestFinished(() => ready.dispose());
  return ready;
}

const fromClass = (name: string): SubmissionSource => ({
  name,
  path: join(classFolder, name),
  kind: 'folder',
});

async function written(files: Readonly<Record<string, string>>): Promise<SubmissionSource> {
  const path = join(await folder(), 'student');
  await mkdir(path);
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { name: 'student', path, kind: 'folder' };
}

async function replyOf(target: Target, message: string): Promise<string> {
  await target.start();
  const socket = connect(target.address.port, target.address.host);
  socket.end(message);
  return await text(socket);
}

async function unusable(preparing: Promise<Prepared>): Promise<SubmissionUnusable> {
  const error: unknown = await preparing.catch((reason: unknown) => reason);
  if (error instanceof SubmissionUnusable) return error;
  throw new Error('It was usable.', { cause: error });
}

describe('a submission built on this machine', () => {
  it.for<readonly [string, string, string]>([
    ['ada', 'Makefile', 'make'],
    ['boris', 'server.py', 'python3'],
    ['chen', 'package.json', 'node'],
    ['dora', 'UppercaseServer.java', 'javac'],
    ['fatima', 'server.c', 'gcc'],
  ])('is started on any port: %s (%s, needs %s)', async ([name, how, needs], { skip }) => {
    skip(!has(needs), `this machine has no ${needs}`);
    const ready = await prepared(fromClass(name));

    expect(ready.how).toBe(how);
    expect(await replyOf(ready.target, 'hello 1\n')).toBe('HELLO 1\n');
  });

  it.skipIf(!has('make'))('may come as an archive', async () => {
    const names = ['Makefile', 'server.c', 'uppercase.c', 'uppercase.h'];
    const parts = await Promise.all(
      names.map(async (name) => ({
        name: `ada/${name}`,
        content: await readFile(join(classFolder, 'ada', name), 'utf8'),
      })),
    );
    const path = join(await folder(), 'ada.tar.gz');
    await writeFile(path, await tarGzipOf(parts));

    const { target, how } = await prepared({ name: 'ada', path, kind: 'tar' });

    expect(how).toBe('Makefile');
    expect(await replyOf(target, 'abc')).toBe('ABC');
  });

  it.skipIf(!has('make'))('is told what its compiler said', async () => {
    const error = await unusable(prepared(fromClass('jonas')));

    expect(error).toMatchObject({ kind: 'not-built', how: 'Makefile' });
    expect(error.message).toContain('Its build (Makefile) failed with code 2.');
    expect(error.log).toContain('server.c');
  });

  it.skipIf(!has('make'))('is told when nobody can know which program is meant', async () => {
    const program = (name: string): string => `${name}:\n\tprintf '#!/bin/sh' > $@; chmod +x $@\n`;
    const Makefile = `all: one two\n${program('one')}${program('two')}`;
    const error = await unusable(prepared(await written({ Makefile })));

    expect(error.message + error.log).toContain('The build made several programs (./one ./two)');
  });

  it('is stopped with all that it started when its build takes too long', async () => {
    const build = ['sleep 600 & echo "left behind: $!"', 'sleep 600'];
    const template: Template = { file: 't', base: null, build, start: 'x', port: 1 };
    const source = await written({ a: '' });

    const error = await unusable(prepared(source, { template, buildLimitMs: 1000 }));

    expect(error.message).toContain('was not over after 1 s, and was stopped');
    const left = Number(/left behind: (\d+)/u.exec(error.log)?.[1]);
    expect(left).toBeGreaterThan(0);
    const row = readProcess(left);
    expect(row === undefined || !isLiving(row)).toBe(true);
  });

  it('ends its build when nobody wants it any more', async () => {
    const template: Template = { file: 't', base: null, build: ['sleep 600'], start: 'x', port: 1 };
    const signal = AbortSignal.timeout(300);

    await expect(prepared(await written({ a: '' }), { template, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('the port of a submission', () => {
  const nodeServer = (port: string): string =>
    `require('net').createServer((s) => s.end(process.argv.slice(2).join(' '))).listen(${port})`;

  it.each([
    ['its first parameter', nodeServer('Number(process.argv[2])'), /^\d+$/u],
    ['its environment', nodeServer('process.env.PORT'), /^\d+$/u],
    [
      'after its address',
      `if (process.argv.length < 4) process.exit(1);${nodeServer('process.argv[3]')}`,
      /^0\.0\.0\.0 \d+$/u,
    ],
    [
      'after -p',
      `if (process.argv[2] !== '-p') process.exit(1);${nodeServer('process.argv[3]')}`,
      /^-p \d+$/u,
    ],
    [
      'none but in its environment',
      `if (process.argv.length > 2) process.exit(1);${nodeServer('process.env.PORT')}`,
      /^$/u,
    ],
  ])('is taken from %s', async (_, program, given) => {
    const { target } = await prepared(await written({ 'server.js': program }));

    expect(await replyOf(target, '')).toMatch(given);
  });

  it('is told as missing, with how the first try ended', async () => {
    const source = await written({ 'server.js': 'console.log("bye"); process.exit(3)' });

    const error = await unusable(prepared(source));

    expect(error).toMatchObject({ kind: 'not-built', how: 'server.js', log: 'bye\n' });
    expect(error.message).toContain('exited with code 3 before it listened on a TCP port');
  });
});
