import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SubmissionSource } from '../submissions.ts';
import { SubmissionUnusable } from '../unusable.ts';
import { tarGzipOf, tarOf, zipOf, type TarPart, type ZipPart } from './archives.ts';
import { unpackLimits, type UnpackLimits } from './tree-writer.ts';
import { unpack } from './unpack.ts';

let outer: string;
let workFolder: string;

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'unpack-'));
  workFolder = join(outer, 'work');
  await mkdir(workFolder);
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
});

async function handedIn(file: string, bytes: Buffer): Promise<SubmissionSource> {
  const path = join(outer, file);
  await writeFile(path, bytes);
  return { name: 'ada', path, kind: file.endsWith('.zip') ? 'zip' : 'tar' };
}

const unpacked = (source: SubmissionSource, limits?: UnpackLimits): Promise<string> =>
  unpack(source, workFolder, new AbortController().signal, limits);

/** What became of the attack: its refusal, after a look that nothing stands outside. */
async function refused(source: SubmissionSource, limits?: UnpackLimits): Promise<string> {
  const error: unknown = await unpacked(source, limits).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SubmissionUnusable);
  expect(error).toMatchObject({ kind: 'refused', how: null });
  expect((await readdir(outer)).filter((name) => !source.path.endsWith(name))).toEqual(['work']);
  expect((await readdir(workFolder)).filter((name) => name !== 'submission')).toEqual([]);
  return error instanceof Error ? error.message : '';
}

const zip = (...parts: readonly ZipPart[]): Promise<SubmissionSource> =>
  handedIn('ada.zip', zipOf(parts));
const tarGzip = async (...parts: readonly TarPart[]): Promise<SubmissionSource> =>
  handedIn('ada.tar.gz', await tarGzipOf(parts));

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const program = { name: 'ada/server.c', content: 'int main(void) { return 0; }\n' };
const litter = [
  { name: '__MACOSX/ada/._server.c', content: 'x' },
  { name: 'ada/.DS_Store', content: 'x' },
  { name: 'ada/.git/HEAD', content: 'x' },
];

describe('an honest archive', () => {
  it.each(['ada.zip', 'ada.tar', 'ada.tar.gz', 'ada.TGZ'])('is unpacked: %s', async (file) => {
    const parts = [...litter, program, { name: 'ada/src/talk.c', content: '' }];
    const bytes = file.endsWith('.zip')
      ? zipOf(parts)
      : await (file.endsWith('.tar') ? tarOf : tarGzipOf)(parts);

    const folder = await unpacked(await handedIn(file, bytes));

    expect(relative(workFolder, folder)).toBe('submission/ada');
    expect(await filesIn(folder)).toEqual(['server.c', 'src/talk.c']);
    expect(await readFile(join(folder, 'server.c'), 'utf8')).toBe(program.content);
  });

  it('may be a plain tar that a browser has unpacked already', async () => {
    const folder = await unpacked(await handedIn('ada.tar.gz', await tarOf([program])));

    expect(await filesIn(folder)).toEqual(['server.c']);
  });

  it('keeps links that stay inside, and leaves out those that lead nowhere', async () => {
    const folder = await unpacked(
      await tarGzip(
        { name: 'server.c', content: 'x' },
        { name: 'src/server.c', type: 'symlink', linkname: '../server.c' },
        { name: 'src/gone.c', type: 'symlink', linkname: 'nothing.c' },
        { name: 'again.c', type: 'link', linkname: 'server.c' },
      ),
    );

    expect(await filesIn(folder)).toEqual(['again.c', 'server.c', 'src/server.c']);
    expect(await readFile(join(folder, 'src/server.c'), 'utf8')).toBe('x');
    expect((await stat(join(folder, 'again.c'))).nlink).toBe(1);
  });

  it('loses setuid bits, and keeps the right to be run', async () => {
    const folder = await unpacked(
      await zip({ name: 'run.sh', mode: 0o104755 }, { name: 'read.me', mode: 0o106666 }),
    );

    expect((await stat(join(folder, 'run.sh'))).mode & 0o7100).toBe(0o100);
    expect((await stat(join(folder, 'read.me'))).mode & 0o7111).toBe(0);
  });
});

describe.each([
  ['zip', (name: string) => zip({ name, content: 'x' })],
  ['tar.gz', (name: string) => tarGzip({ name, content: 'x' })],
] as const)('a hostile name in a %s', (_, archive) => {
  it.each([
    ['/etc/passwd', 'is an absolute path'],
    ['../escaped', 'leads out of the archive by ".."'],
    ['ada/../../escaped', 'leads out of the archive by ".."'],
    ['.git/../../escaped', 'leads out of the archive by ".."'],
    ['C:escaped', 'begins with a drive letter'],
    ['ada\\..\\..\\escaped', 'has a backslash in its name'],
    ['ada/\u001b[2Jserver.c', 'has a control character in its name'],
    [`${'a'.repeat(300)}.c`, 'has too long a name'],
    ['d/'.repeat(60) + 'deep.c', 'lies too deep'],
  ])('is refused: %j', async (name, reason) => {
    expect(await refused(await archive(name))).toContain(reason);
  });
});

describe('a hostile zip', () => {
  it.each<readonly [string, readonly ZipPart[], string]>([
    ['a link out', [{ name: 'a', mode: 0o120777, content: '../../x' }], 'leads out of the submis'],
    ['an absolute link', [{ name: 'a', mode: 0o120777, content: '/etc' }], 'absolute path "/etc"'],
    ['a pipe', [{ name: 'a', mode: 0o010644 }], 'is a device, a pipe or a socket'],
    ['a password', [{ name: 'a', content: 'x', isEncrypted: true }], 'is encrypted'],
    ['an odd method', [{ name: 'a', content: 'x', method: 12 }], 'is packed by method 12'],
    ['one name twice', [{ name: 'a' }, { name: 'a' }], 'is there twice'],
    ['case tricks', [{ name: 'Ada.c' }, { name: 'ada.c' }], 'differs from Ada.c in case only'],
    ['a file as folder', [{ name: 'a' }, { name: 'a/b' }], 'is there as a file and as a folder'],
    [
      'a folder that is a file except for its case',
      [{ name: 'A' }, { name: 'a/b' }],
      'The entry "a/b" lies in the folder a, which differs from A in case only.',
    ],
    [
      'one letter in two ways',
      [{ name: 'u\u0308.c' }, { name: '\u00fc.c' }],
      'looks the same as u\u0308.c: one letter is written as one character or as two',
    ],
    ['a wrong sum', [{ name: 'a', content: 'x', claimedSum: 1 }], 'is damaged'],
    ['a size that lies', [{ name: 'a', content: 'xx', claimedBytes: 1 }], 'is damaged'],
  ])('is refused: %s', async (_, parts, reason) => {
    expect(await refused(await zip(...parts))).toContain(reason);
  });

  it('is refused when it writes through a link of its own', async () => {
    const parts = [
      { name: 'inner/x', content: '' },
      { name: 'way', mode: 0o120777, content: 'inner' },
      { name: 'way/file', content: 'x' },
    ];

    expect(await refused(await zip(...parts))).toContain('is there as a link and as a folder');
  });

  it('is refused when links together lead out where none does alone', async () => {
    const parts = [
      { name: 'a/b/c/x', content: '' },
      { name: 'a/b/c/up', mode: 0o120777, content: '../../..' },
      { name: 'out', mode: 0o120777, content: 'a/b/c/up/../..' },
    ];

    // By its words the last leads to a/b; by way of the other it leads above the root.
    expect(await refused(await zip(...parts))).toContain('leads out of the submission');
  });
});

describe('a hostile tar', () => {
  it.each<readonly [string, readonly TarPart[], string]>([
    [
      'a link out',
      [{ name: 'a', type: 'symlink', linkname: '../../x' }],
      'leads out of the submis',
    ],
    [
      'an absolute link',
      [{ name: 'a', type: 'symlink', linkname: '/etc' }],
      'absolute path "/etc"',
    ],
    [
      'a second name of a file outside',
      [{ name: 'a', type: 'link', linkname: '/etc/passwd' }],
      'is an absolute path',
    ],
    [
      'a second name of nothing',
      [{ name: 'a', type: 'link', linkname: 'b' }],
      'not a file before it',
    ],
    ['a pipe', [{ name: 'a', type: 'fifo' }], 'is a device or a pipe'],
    ['a device', [{ name: 'a', type: 'block-device' }], 'is a device or a pipe'],
    ['one name twice', [{ name: 'a' }, { name: 'a' }], 'is there twice'],
  ])('is refused: %s', async (_, parts, reason) => {
    expect(await refused(await tarGzip(...parts))).toContain(reason);
  });
});

describe('a bomb', () => {
  const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024);

  it('is refused for one large file, whatever its header claims', async () => {
    const source = await zip({ name: 'a', content: zeros(33), claimedBytes: 10 });

    expect(await refused(source)).toContain('is damaged');
  });

  it('is refused for its ratio', async () => {
    expect(await refused(await zip({ name: 'a', content: zeros(9) }))).toContain('200 times');
  });

  it('is refused for one large file, for all files together, and for their number', async () => {
    const limits = { ...unpackLimits, fileBytes: 1000, totalBytes: 2000, entries: 4 };
    const file = { content: 'x'.repeat(900) };
    const parts = ['a', 'b', 'c'].map((name) => ({ name, ...file }));

    const large = await zip({ name: 'a', content: 'x'.repeat(1001) });
    expect(await refused(large, limits)).toContain('"a" unpacks to more than');
    await rm(join(workFolder, 'submission'), { recursive: true });
    expect(await refused(await zip(...parts), limits)).toContain('It unpacks to more than');
    await rm(join(workFolder, 'submission'), { recursive: true });
    const many = await zip(...['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })));
    expect(await refused(many, limits)).toContain('more than 4 files and folders');
  });
});

describe('a broken archive', () => {
  it('is refused when it is cut short', async () => {
    const content = Array.from({ length: 5000 }, (_, index) => String(index * 7919)).join();
    const whole = zipOf([{ name: 'a', content }]);
    const gzip = await tarGzipOf([{ name: 'a', content }]);

    const zipped = await handedIn('ada.zip', whole.subarray(0, whole.length / 2));
    expect(await refused(zipped)).toContain('damaged or cut short');
    await rm(zipped.path);
    await rm(join(workFolder, 'submission'), { recursive: true });
    const tarred = await handedIn('ada.tgz', gzip.subarray(0, gzip.length / 2));
    expect(await refused(tarred)).toContain('damaged or cut short');
  });

  it('is refused for the damaged file in it, as often as it is handed in', async () => {
    // Random bytes pack to one block that is stored: its length then contradicts itself at once.
    const name = 'ada/server.c';
    const bytes = zipOf([
      { name, content: Array.from({ length: 900 }, (_, index) => index).join() },
    ]);
    bytes.fill(0xff, 30 + name.length, 30 + name.length + 40);
    const source = await handedIn('ada.zip', bytes);
    const unheard: unknown[] = [];
    const hear = (error: unknown): number => unheard.push(error);
    process.on('uncaughtException', hear);
    onTestFinished(() => void process.off('uncaughtException', hear));

    for (let turn = 0; turn < 40; turn += 1) {
      expect(await refused(source)).toMatch(
        /^The entry "ada\/server\.c" is damaged: its packed bytes cannot be unpacked\. Pack it again/u,
      );
      await rm(join(workFolder, 'submission'), { recursive: true });
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(unheard).toEqual([]);
  });

  it.each([
    ['in what gzip packed', 300, /gzip|too early/u],
    ['in its checksum', -8, /^The archive is damaged or cut short: its size or checksum/u],
  ])('is told where it is damaged: %s', async (_, at, words) => {
    const content = Array.from({ length: 5000 }, (_unused, index) => String(index * 7919)).join();
    const bytes = await tarGzipOf([{ name: 'ada/server.c', content }]);
    bytes.fill(0x5a, at < 0 ? bytes.length + at : at, at < 0 ? bytes.length + at + 4 : at + 200);

    const told = await refused(await handedIn('ada.tgz', bytes));

    expect(told).toMatch(words);
    expect(told).not.toContain('Stream was destroyed');
  });

  it('is told after which entry a tar is no tar any more', async () => {
    const bytes = await tarOf([{ name: 'a', content: 'x' }, { name: 'b' }]);
    bytes.fill(0x5a, 1024, 1100);

    expect(await refused(await handedIn('ada.tar', bytes))).toContain(
      'in or after the entry "a": what stands there is not an entry of a tar archive.',
    );
  });

  it.each([
    ['ada.zip', Buffer.from('Rar!\u001a\u0007'), 'is a RAR archive'],
    ['ada.zip', Buffer.from('#include <stdio.h>'), 'is not an archive of any known kind'],
    ['ada.tar.gz', Buffer.from('PK\u0003\u0004'), 'is a zip archive'],
    ['ada.tar', Buffer.alloc(0), 'is not an archive of any known kind'],
  ])('is refused when it is not what its name says: %s', async (file, bytes, reason) => {
    expect(await refused(await handedIn(file, bytes))).toContain(reason);
  });

  it('is refused when there is nothing in it', async () => {
    expect(await refused(await zip({ name: '.DS_Store', content: 'x' }))).toContain('It is empty');
  });
});

describe('a plain folder', () => {
  async function folder(): Promise<SubmissionSource> {
    const path = join(outer, 'ada');
    await mkdir(join(path, '.git'), { recursive: true });
    await writeFile(join(path, 'server.py'), 'pass\n');
    await chmod(join(path, 'server.py'), 0o4755);
    await writeFile(join(path, '.git/HEAD'), 'x');
    return { name: 'ada', path, kind: 'folder' };
  }

  it('is copied, without what is hidden', async () => {
    const copy = await unpacked(await folder());

    expect(await filesIn(copy)).toEqual(['server.py']);
    expect((await stat(join(copy, 'server.py'))).mode & 0o4000).toBe(0);
  });

  it('is refused when a link leads out of it', async () => {
    const source = await folder();
    await symlink('/etc/passwd', join(source.path, 'secrets'));

    expect(await refused(source)).toContain('"secrets" is a link to the absolute path');
  });
});
