import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildContext } from './build-context.ts';
import { tar } from './tar.ts';

const run = promisify(execFile);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-context-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function written(files: Readonly<Record<string, string>>): Promise<string> {
  const context = join(folder, 'context');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(context, name, '..'), { recursive: true });
    await writeFile(join(context, name), content);
  }
  return context;
}

/** What the tar of this machine unpacks. */
async function unpacked(context: string): Promise<string> {
  const archive = join(folder, 'context.tar');
  const target = join(folder, 'unpacked');
  await writeFile(archive, await buffer(Readable.from(tar(buildContext(context)))));
  await mkdir(target);
  await run('tar', ['-xf', archive, '-C', target]);
  return target;
}

async function filesIn(path: string): Promise<string[]> {
  const { stdout } = await run('find', ['.', '!', '-type', 'd'], { cwd: path });
  return stdout
    .trim()
    .split('\n')
    .map((name) => name.slice(2))
    .sort();
}

describe('what an engine is sent', () => {
  it('is unpacked as it was, by another tar', async () => {
    const long = `${'deep/'.repeat(30)}${'name'.repeat(30)}.c`;
    const files = {
      Dockerfile: 'FROM scratch\n',
      'src/server.c': 'int main;\n'.repeat(100_000),
      'größe.txt': '',
      [long]: 'x',
    };
    const context = await written(files);
    await symlink('src/server.c', join(context, 'link'));

    const target = await unpacked(context);

    expect(await filesIn(target)).toEqual([...Object.keys(files), 'link'].sort());
    for (const [name, content] of Object.entries(files)) {
      expect(await readFile(join(target, name), 'utf8')).toBe(content);
    }
    expect(await readFile(join(target, 'link'), 'utf8')).toBe(files['src/server.c']);
  });

  it('keeps that a file can be executed', async () => {
    const context = await written({ 'run.sh': '#!/bin/sh\necho ran\n' });
    await run('chmod', ['755', join(context, 'run.sh')]);

    const { stdout } = await run(join(await unpacked(context), 'run.sh'));

    expect(stdout).toBe('ran\n');
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing', '', ['a.c', 'a.o', 'build/b.o', 'build/keep.txt', 'docs/x/y.md']],
    ['a name', 'a.c', ['a.o', 'build/b.o', 'build/keep.txt', 'docs/x/y.md']],
    ['a pattern at the top', '*.o', ['a.c', 'build/b.o', 'build/keep.txt', 'docs/x/y.md']],
    ['a pattern anywhere', '**/*.o', ['a.c', 'build/keep.txt', 'docs/x/y.md']],
    ['a folder', 'build/', ['a.c', 'a.o', 'docs/x/y.md']],
    ['all but one', 'build\n!build/keep.txt', ['a.c', 'a.o', 'build/keep.txt', 'docs/x/y.md']],
    ['what follows counts', '!a.c\na.?', ['build/b.o', 'build/keep.txt', 'docs/x/y.md']],
    [
      'all but a set',
      '[^a].c\nbuild/[!-a].o',
      ['a.c', 'a.o', 'build/b.o', 'build/keep.txt', 'docs/x/y.md'],
    ],
    [
      'nothing by a set that is upside down',
      '[z-a].o',
      ['a.c', 'a.o', 'build/b.o', 'build/keep.txt', 'docs/x/y.md'],
    ],
    [
      'nothing by a bracket alone',
      '[a',
      ['a.c', 'a.o', 'build/b.o', 'build/keep.txt', 'docs/x/y.md'],
    ],
    ['what is folders deep', 'docs/**', ['a.c', 'a.o', 'build/b.o', 'build/keep.txt']],
    ['a set', '[a-b].o\n/docs', ['a.c', 'build/b.o', 'build/keep.txt']],
    ['all', '# all\n*', []],
    ['the Dockerfile', 'Dockerfile\n**', []],
  ])('leaves out %s', async (_, ignore, left) => {
    const context = await written({
      Dockerfile: 'FROM scratch\n',
      '.dockerignore': ignore,
      'a.c': '',
      'a.o': '',
      'build/b.o': '',
      'build/keep.txt': '',
      'docs/x/y.md': '',
    });

    expect(await filesIn(await unpacked(context))).toEqual(
      ['.dockerignore', 'Dockerfile', ...left].sort(),
    );
  });
});

describe('a .dockerignore that means harm', () => {
  const deep = `${'a'.repeat(200)}.c`;

  it.each([
    ['stars', `${'*a'.repeat(30)}b`],
    ['pairs of stars', `${'**a'.repeat(30)}b`],
    ['folders', `${'**/'.repeat(30)}b`],
    ['question marks and stars', `${'?*'.repeat(30)}b`],
  ])('is read in no time: %s', async (_, ignore) => {
    const context = await written({ '.dockerignore': ignore, Dockerfile: '', [deep]: '' });

    expect(await filesIn(await unpacked(context))).toContain(deep);
  });

  it('is not waited for where it is a pipe', async () => {
    const context = await written({ Dockerfile: '' });
    await run('mkfifo', [join(context, '.dockerignore')]);

    expect(await filesIn(await unpacked(context))).toEqual(['Dockerfile']);
  });

  it('leaves nothing out where it is larger than anybody writes', async () => {
    const context = await written({ '.dockerignore': '*.c\n'.repeat(20_000), 'a.c': '' });

    expect(await filesIn(await unpacked(context))).toContain('a.c');
  });
});
