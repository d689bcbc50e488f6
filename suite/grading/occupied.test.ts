import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FolderUnusable, Occupied, occupy } from './occupied.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-occupied-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A class's folder with a note of that process in it. */
async function noted(name: string, note: object): Promise<string> {
  const out = join(folder, name);
  await mkdir(out);
  await writeFile(join(out, '.grading'), JSON.stringify(note));
  return out;
}

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('leaves nothing of itself behind', async () => {
  const out = join(folder, 'plain');
  const { work, leave } = await occupy(out);
  await writeFile(join(work, 'built'), '');
  await leave();

  expect(await readdir(out)).toEqual([]);
  await expect(readdir(work)).rejects.toThrow(/ENOENT/);
});

test('another process that grades there is told of, also on another machine', async () => {
  const work = join(tmpdir(), 'conform-grade-x');
  const here = await noted('here', { host: hostname(), pid: process.ppid, work });
  const there = await noted('there', { host: 'another.example', pid: 1, work });

  await expect(occupy(here)).rejects.toThrow(Occupied);
  await expect(occupy(there)).rejects.toThrow(/Process 1 on another.example/);
});

test('what a killed one left is cleared away', async () => {
  const work = await mkdtemp(join(tmpdir(), 'conform-grade-'));
  const out = await noted('left', { host: hostname(), pid: await endedProcess(), work });
  const { leave } = await occupy(out);

  await expect(readdir(work)).rejects.toThrow(/ENOENT/);
  await leave();
});

test('the note of a machine that is gone counts for two minutes', async () => {
  const out = await noted('old', { host: 'another.example', pid: 1, work: '/' });
  await utimes(join(out, '.grading'), 1, 1);
  const { leave } = await occupy(out);

  await leave();
});

test('a note does not make us remove what is not ours', async () => {
  const precious = join(folder, 'precious');
  await mkdir(precious);
  await writeFile(join(precious, 'thesis'), 'all of it');
  const out = await noted('forged', {
    host: hostname(),
    pid: await endedProcess(),
    work: precious,
  });
  const { leave } = await occupy(out);
  await leave();

  expect(await readFile(join(precious, 'thesis'), 'utf8')).toBe('all of it');
});

test.skipIf(process.platform !== 'linux')(
  'a folder that cannot be written is told of, and what to do',
  async () => {
    const refused = occupy('/proc/conform-results');

    await expect(refused).rejects.toBeInstanceOf(FolderUnusable);
    await expect(refused).rejects.toThrow(/\/proc\/conform-results.*give another --out/u);
  },
);

test('so is a place for temporary files that is not there', async () => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = join(folder, 'nowhere');
  try {
    await expect(occupy(join(folder, 'no-room'))).rejects.toThrow(/set TMPDIR to a folder/u);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});
