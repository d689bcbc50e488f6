import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { mostBytes, readWhole, TooLarge } from './read-whole.ts';

async function inFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'read-whole-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
}

it('reads a file, also one whose size is not told', async () => {
  const file = await inFolder('words');
  await writeFile(file, 'für\0alle');

  expect(await readWhole(file)).toBe('für\0alle');
  expect(await readWhole('/proc/self/comm')).not.toBe('');
});

it('does not read what is larger than anything that conform reads', async () => {
  const file = await inFolder('large');
  const handle = await open(file, 'w');
  await handle.truncate(mostBytes + 1);
  await handle.close();

  await expect(readWhole(file)).rejects.toBeInstanceOf(TooLarge);
});

it('does not read for ever what never ends', async () => {
  await expect(readWhole('/dev/zero')).rejects.toBeInstanceOf(TooLarge);
});
