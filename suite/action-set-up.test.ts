// How the GitHub action gets conform: what was packed for a release, or, where there is none, from its sources.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { version } from './version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const name = `conform-${version}.tgz`;
const limitMs = 120_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-set-up-'));
  const words = ['pack', '--ignore-scripts', '--pack-destination', folder];
  await execa('npm', words, { cwd: root });
}, limitMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the runner has fetched of the action's repository, as far as the step needs it. */
async function checkedOut(): Promise<string> {
  const place = await mkdtemp(join(folder, 'action-'));
  for (const one of ['package.json', 'package-lock.json', '.github/action']) {
    await cp(join(root, one), join(place, one), { recursive: true });
  }
  return place;
}

/** A host that has a release of the repository owner/conform, with those checksums. */
async function releasedAt(checksums: string): Promise<string> {
  const files = new Map([
    [name, await readFile(join(folder, name))],
    ['SHA256SUMS', Buffer.from(checksums)],
  ]);
  const server = createServer(({ url = '' }, response) => {
    const [, asked = ''] = url.split(`/owner/conform/releases/download/v${version}/`);
    response.writeHead(files.has(asked) ? 200 : 404).end(files.get(asked));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const setUp = (
  place: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly exitCode?: number; readonly all: string }> =>
  execa(join(place, '.github/action/set-up'), {
    env: { CONFORM_PACKAGE: '', npm_config_prefer_offline: 'true', ...env },
    reject: false,
    all: true,
  });

/** That conform runs there, with nothing but what it needs. */
async function expectSetUp(place: string): Promise<void> {
  const shown = await execa(process.execPath, [join(place, 'dist/suite/cli.js'), 'list', 'words']);
  expect(shown.stdout).toContain('FIN');
  const modules = await readdir(join(place, 'node_modules'));
  expect(modules.filter((one) => !one.startsWith('.'))).toEqual(['valibot']);
}

describe('the action', { timeout: limitMs }, () => {
  test('uses the package of its release, and sets up once', async () => {
    const place = await checkedOut();
    const digest = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
    const host = await releasedAt(`${'0'.repeat(64)}  other.tgz\n${digest}  ${name}\n`);
    const env = { CONFORM_ACTION_REPOSITORY: 'owner/conform', CONFORM_SERVER_URL: host };

    const first = await setUp(place, env);
    const second = await setUp(place, env);

    expect(first, first.all).toMatchObject({ exitCode: 0 });
    await expectSetUp(place);
    expect(second).toMatchObject({ exitCode: 0, all: '' });
  });

  test.each([
    ['of other bytes', `${'0'.repeat(64)}  ${name}\n`],
    ['that nobody vouches for', ''],
  ])('uses no package %s', async (_, checksums) => {
    const place = await checkedOut();
    const host = await releasedAt(checksums);

    const { exitCode, all } = await setUp(place, {
      CONFORM_ACTION_REPOSITORY: 'owner/conform',
      CONFORM_SERVER_URL: host,
    });

    expect(exitCode).toBe(1);
    expect(all).toContain('::error title=conform::');
    expect(all).toContain('is not what its SHA256SUMS say');
    expect(await readdir(place)).not.toContain('dist');
  });

  test('uses the package that it is given, as a file of the workspace', async () => {
    const place = await checkedOut();

    const given = await setUp(place, { GITHUB_WORKSPACE: folder, CONFORM_PACKAGE: name });
    const absent = await setUp(await checkedOut(), {
      GITHUB_WORKSPACE: folder,
      CONFORM_PACKAGE: 'none.tgz',
    });

    expect(given, given.all).toMatchObject({ exitCode: 0 });
    await expectSetUp(place);
    expect(absent.exitCode).toBe(1);
    expect(absent.all).toContain('There is no package none.tgz in the workspace.');
  });

  test.each(['', 'another/conform'])('builds where %j has no release', async (repository) => {
    const place = await checkedOut();
    const bin = join(place, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\n');
    await chmod(join(bin, 'npm'), 0o755);

    const { exitCode, all } = await setUp(place, {
      CONFORM_ACTION_REPOSITORY: repository,
      CONFORM_SERVER_URL: await releasedAt(''),
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    });

    expect(exitCode).toBe(0);
    expect(all).toMatch(
      /no release v[\d.]+ to fetch; it is built from its sources\.\nnpm ci --no-fund --no-audit$/u,
    );
  });
});
