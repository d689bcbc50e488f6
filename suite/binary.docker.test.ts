// The executable that brings Node along (`npm run binary`): tests a server where there is no Node.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runVariable } from '../targets/cleanup/guard.ts';
import { engine, labelled, missing, serverFolder } from '../targets/container/with-engine.ts';
import { within } from '../targets/within.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const limitMs = 240_000;

let folder = '';
let conform = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-binary-test-'));
  conform = join(folder, 'conform');
  await execa(process.execPath, ['.config/binary/make.js', '--out', conform], { cwd: root });
}, limitMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the executable printed and how it ended, on a machine whose PATH holds no Node. */
async function ran(words: readonly string[]): Promise<{ status: number; printed: string }> {
  const { exitCode = -1, all } = await execa(conform, words, {
    env: { XDG_CACHE_HOME: join(folder, 'cache'), PATH: '/usr/bin:/bin', NO_COLOR: '1' },
    extendEnv: false,
    cwd: folder,
    reject: false,
    all: true,
  });
  return { status: exitCode, printed: all };
}

test('it says what it is, and nothing else', { timeout: limitMs }, async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };

  expect(await ran(['--version'])).toEqual({ status: 0, printed: version });
  expect(await ran(['--contract', 'eco', 'localhost:9'])).toMatchObject({
    status: 2,
    printed: expect.stringContaining('Did you mean echo?') as string,
  });
});

test('it starts a server, and writes a page and a capture', { timeout: limitMs }, async () => {
  const launch = `${conform} serve echo --fault cuts-at-nul --port {port}`;
  const reports = ['-r', 'pretty', '-r', 'html=page.html', '--pcap', 'captured'];
  const { status, printed } = await ran([
    ...['--launch', launch, '--contract', 'echo', '--only', 'payload'],
    ...reports,
  ]);

  expect(printed).toContain('The reply ends at the first NUL byte');
  expect(status).toBe(1);
  expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('</html>');
  expect((await readdir(join(folder, 'captured'))).length).toBeGreaterThan(0);
});

/** What its run marks containers with: its guard, a child of its, has it among its parameters. */
async function markOf(pid: number): Promise<string | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  for (const child of children.split(' ').filter((one) => one !== '')) {
    const command = await readFile(`/proc/${child}/cmdline`, 'latin1').catch(() => '');
    const words = command.split('\0');
    if (words.includes(runVariable)) return words[words.indexOf(runVariable) + 1];
  }
  return undefined;
}

describe.skipIf(engine === undefined)(`and with containers${missing}`, () => {
  test('it tests a server in a machine with nothing on it', { timeout: limitMs }, async () => {
    const { stdout, exitCode } = await execa(
      'docker',
      [
        ...['run', '--rm', '--init', '--network', 'none', '--volume', `${folder}:/tool:ro`],
        ...['debian:bookworm-slim', '/tool/conform', 'demo'],
      ],
      { reject: false },
    );

    expect(stdout).toContain('Conforms');
    expect(exitCode).toBe(0);
  });

  test('it builds one, and leaves nothing behind when killed', { timeout: limitMs }, async () => {
    const words = ['--build', serverFolder('echo'), '--contract', 'echo', '--only', 'process'];
    const started = execa(conform, words, {
      env: { XDG_CACHE_HOME: join(folder, 'cache') },
      reject: false,
    });
    let mark: string | undefined;
    await within(60_000, async () => {
      mark ??= await markOf(started.pid ?? 0);
      return mark !== undefined && (await labelled(mark)).length > 1;
    });
    started.kill('SIGKILL');
    await started;

    expect(await within(60_000, async () => (await labelled(mark ?? '')).length === 0)).toBe(true);
  });
});
