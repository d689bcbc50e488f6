// The image of conform itself, built by the Dockerfile on a base of this machine's own node: it need not be
// fetched, and neither need what `npm ci` would install.
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engine, missing } from '../targets/container/with-engine.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const limitMs = 240_000;
const name = `conform-image-test-${process.pid}`;
const [base, packed, image] = [`${name}-base`, `${name}-packed`, name];
const [network, server] = [`${name}-network`, `${name}-server`];

const docker = async (...words: string[]): Promise<string> => {
  const { stdout } = await execa('docker', words, { all: true });
  return stdout;
};

/** What `npm pack` packs, and the packages that it needs at work. */
async function pack(folder: string): Promise<void> {
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await execa('npm', words, { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await execa('tar', ['xzf', filename], { cwd: folder });
  const listed = await execa('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root });
  const paths = listed.stdout.split('\n').map((path) => relative(root, path));
  // One within another comes along with it.
  for (const path of paths.filter((one) => /^node_modules\/(?!.*\/node_modules\/)/u.test(one))) {
    await cp(join(root, path), join(folder, 'package', path), { recursive: true });
  }
}

async function buildBase(folder: string): Promise<void> {
  await mkdir(folder);
  await copyFile(process.execPath, join(folder, 'node'));
  const lines = ['FROM debian:bookworm-slim', 'COPY node /usr/local/bin/node'];
  await writeFile(join(folder, 'Dockerfile'), lines.join('\n'));
  await docker('build', '--quiet', '--tag', base, folder);
}

describe.skipIf(engine === undefined)(`the image${missing}`, () => {
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'conform-image-'));
    try {
      const context = join(folder, 'context');
      await mkdir(context);
      await copyFile(join(root, 'Dockerfile'), join(context, 'Dockerfile'));
      await Promise.all([pack(context), buildBase(join(folder, basename(base)))]);
      const build = ['build', '--quiet', '--build-arg', `NODE_IMAGE=${base}`];
      // Without a name of its own the first stage would stay behind for ever.
      await docker(...build, '--target', 'packed', '--tag', packed, context);
      await docker(...build, '--tag', image, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, limitMs);
  afterAll(async () => {
    const undo = [
      ['rm', '--force', server],
      ['network', 'rm', network],
      ['image', 'rm', '--force', image, packed, base],
    ];
    for (const words of undo) await docker(...words).catch(() => undefined);
  }, limitMs);

  test('runs conform, and not as root', { timeout: limitMs }, async () => {
    const [user, printed] = await Promise.all([
      docker('image', 'inspect', '--format', '{{.Config.User}}', image),
      docker('run', '--rm', '--init', '--network', 'none', image, 'demo'),
    ]);

    expect(user).toBe('1000:1000');
    expect(printed).toContain('Does not conform');
  });

  test('judges a server in another container', { timeout: limitMs }, async () => {
    await docker('network', 'create', '--internal', network);
    const inIt = ['run', '--init', '--network', network];
    const faulty = ['--fault', 'cuts-at-nul', '--host', '0.0.0.0', '--port', '7777'];
    await docker(...inIt, '--detach', '--name', server, image, 'serve', 'echo', ...faulty);

    const only = ['--only', 'accept/accepts', '--only', 'payload/nul-bytes'];
    const judge = ['--target', `${server}:7777`, '--contract', 'echo', ...only];
    const { stdout, exitCode } = await execa('docker', [...inIt, '--rm', image, ...judge], {
      reject: false,
    });

    expect(stdout).toContain('The reply ends at the first NUL byte');
    expect(exitCode).toBe(1);
  });
});
