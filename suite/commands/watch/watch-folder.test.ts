// Which file is named when an editor has written one: the one that a person meant, whatever else it wrote.
import { mkdtemp, mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchFolder } from './watch-folder.ts';

/** Writes `server.c` in some editor's way; `at` names a file beside it. */
type Saving = (at: (name: string) => string) => Promise<void>;

const savings: [string, Saving, string][] = [
  [
    'vim',
    async (at) => {
      // It tries whether it may write here, keeps the old file, and writes a new one.
      await writeFile(at('.server.c.swp'), 'swap');
      await writeFile(at('4913'), '');
      await unlink(at('4913'));
      await rename(at('server.c'), at('server.c~'));
      await writeFile(at('server.c'), 'new');
      await unlink(at('server.c~'));
      await unlink(at('.server.c.swp'));
    },
    'server.c changed',
  ],
  [
    'emacs',
    async (at) => {
      await writeFile(at('.#server.c'), 'lock');
      await writeFile(at('#server.c#'), 'autosaved');
      await writeFile(at('server.c'), 'new');
      await unlink(at('#server.c#'));
      await unlink(at('.#server.c'));
    },
    'server.c changed',
  ],
  [
    'sed -i, which writes a file of a random name',
    async (at) => {
      await writeFile(at('sedXq3vKm'), 'new');
      await rename(at('sedXq3vKm'), at('server.c'));
    },
    'server.c changed',
  ],
  [
    'an editor that writes beside, and removes what was',
    async (at) => {
      await writeFile(at('server.c.new-81'), 'new');
      await unlink(at('server.c'));
      await rename(at('server.c.new-81'), at('server.c'));
    },
    'server.c changed',
  ],
  ['a person who removes a file', (at) => unlink(at('server.c')), 'server.c changed'],
  ['a person who adds one', (at) => writeFile(at('client.c'), 'new'), 'client.c changed'],
];

test.each(savings)('%s', async (_, save, told) => {
  const folder = await mkdtemp(join(tmpdir(), 'conform-editor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  await writeFile(at('server.c'), 'old');
  await mkdir(at('lib'));
  const watch = watchFolder(folder, []);
  onTestFinished(() => watch.close());
  watch.runBegins();
  watch.runEnds(undefined);

  const next = watch.next(new AbortController().signal);
  // Alone this is no change: a file that was never there before, and is there no more.
  await writeFile(at('probe'), '');
  await unlink(at('probe'));
  await save(at);

  expect(await next).toBe(told);
});
