import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compiledFrom } from './compiled-from.ts';

const run = promisify(execFile);
const limitMs = 120_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-compiled-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const isThere = (program: string, argument: string): Promise<boolean> =>
  run(program, [argument]).then(
    () => true,
    () => false,
  );

/** The names of the marks, as text that a program prints. */
const talk = String.raw`Go buildinf: /rustc/ /rustc/none`;

test('an executable of Go tells, stripped too', { timeout: limitMs }, async ({ skip }) => {
  if (!(await isThere('go', 'version'))) skip('There is no go.');
  const source = await written('s.go', 'package main\nfunc main() { println("a") }\n');
  const program = join(folder, 'of-go');
  await run('go', ['build', '-ldflags', '-s -w', '-o', program, source]);

  expect(compiledFrom(program)).toBe('go');
});

test('an executable of Rust tells, stripped too', { timeout: limitMs }, async ({ skip }) => {
  if (!(await isThere('rustc', '--version'))) skip('There is no rustc.');
  const source = await written('s.rs', 'fn main() { println!("a"); }\n');
  const program = join(folder, 'of-rust');
  await run('rustc', ['-O', '-C', 'strip=symbols', '-o', program, source]);

  expect(compiledFrom(program)).toBe('rust');
});

test('an executable of C tells nothing', { timeout: limitMs }, async ({ skip }) => {
  if (!(await isThere('gcc', '--version'))) skip('There is no gcc.');
  const source = await written(
    's.c',
    `#include <stdio.h>\nint main(void) { return puts("${talk}"); }\n`,
  );
  const program = join(folder, 'of-c');
  await run('gcc', ['-o', program, source]);

  expect(compiledFrom(program)).toBeUndefined();
});

test('what is no executable of a compiler, or is not there, tells nothing', async () => {
  const script = await written('server.sh', `#!/bin/sh\n# \xff Go buildinf: ${talk}\n`);

  expect(compiledFrom(script)).toBeUndefined();
  expect(compiledFrom(await written('empty', ''))).toBeUndefined();
  expect(compiledFrom(folder)).toBeUndefined();
  const pipe = join(folder, 'pipe');
  await run('mkfifo', [pipe]);
  expect(compiledFrom(pipe)).toBeUndefined();
  expect(compiledFrom(join(folder, 'missing'))).toBeUndefined();
});
