import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findSubmissions, InvalidClass } from './submissions.ts';

async function folderWith(...names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'class-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of names) {
    if (name.endsWith('/')) await mkdir(join(folder, name));
    else await writeFile(join(folder, name), '');
  }
  return folder;
}

describe('a folder of submissions', () => {
  it('gives its folders and archives by name, and tells what it passes over', async () => {
    const names = ['zoe/', 'ada.zip', 'Bob.tar.gz', 'eve.TGZ', 'roster.csv', '.git/', '__MACOSX/'];

    const { submissions, passedOver } = await findSubmissions(await folderWith(...names));

    expect(submissions.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'Bob tar',
      'ada zip',
      'eve tar',
      'zoe folder',
    ]);
    expect(passedOver).toEqual(['roster.csv']);
  });

  it('is refused when it is not there, empty, or has one name twice', async () => {
    await expect(findSubmissions('/nowhere')).rejects.toThrow('There is no folder /nowhere');
    await expect(findSubmissions(await folderWith('a.txt'))).rejects.toThrow('no submission');
    const twice = findSubmissions(await folderWith('ada/', 'Ada.zip'));
    await expect(twice).rejects.toBeInstanceOf(InvalidClass);
    await expect(twice).rejects.toThrow('Two submissions have the name');
  });

  it.skipIf(process.platform !== 'linux')('loses none whose name is not UTF-8', async () => {
    const folder = await folderWith('ada/');
    const raw = Buffer.concat([
      Buffer.from(`${folder}/M`),
      Buffer.from([0xfc]),
      Buffer.from('ller'),
    ]);
    await mkdir(raw);
    await mkdir(join(folder, 'Müller'));

    const { submissions } = await findSubmissions(folder).catch((error: unknown) => {
      expect(String(error)).toContain('is not UTF-8');
      return { submissions: [] };
    });
    expect(submissions).toEqual([]);
    await rm(join(folder, 'Müller'), { recursive: true });
    const found = await findSubmissions(folder);

    expect(found.submissions.map(({ name, rawPath }) => [name, rawPath])).toEqual([
      ['Müller', raw.toString('hex')],
      ['ada', undefined],
    ]);
    expect(found.passedOver).toEqual([]);
  });

  it('finds the example class', async () => {
    const folder = fileURLToPath(new URL('../../fixtures/class/submissions', import.meta.url));

    expect((await findSubmissions(folder)).submissions).toHaveLength(12);
  });
});
