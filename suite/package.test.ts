// What `npm pack` makes works when it is installed elsewhere: the command, the library, the schema.
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const limitMs = 120_000;

/** What `npm pack --json` says of what it made. */
interface Packed {
  readonly filename: string;
  readonly size: number;
}

let folder = '';
let packed: Packed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-package-'));
  const { stdout } = await execa(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: root },
  );
  [packed] = JSON.parse(stdout) as [Packed];
  await writeFile(join(folder, 'package.json'), '{ "name": "elsewhere", "type": "module" }');
  await execa('npm', ['install', '--prefer-offline', join(folder, packed.filename)], {
    cwd: folder,
  });
}, limitMs);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the command runs', { timeout: limitMs }, async () => {
  const { stdout } = await execa('npx', ['conform', 'demo'], { cwd: folder });

  expect(stdout).toContain('Conforms');
});

test('it is small, and brings one package along, which runs nothing when it is installed', async () => {
  const modules = join(folder, 'node_modules');
  const installed = await readdir(modules);

  expect(installed.filter((name) => !name.startsWith('.')).sort()).toEqual(['conform', 'valibot']);
  const { scripts = {} } = JSON.parse(
    await readFile(join(modules, 'valibot/package.json'), 'utf8'),
  ) as { scripts?: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/u.test(name))).toEqual([]);
  expect(packed.size).toBeLessThan(4 * 1024 * 1024);
});

test('the documents that its words name are there', { timeout: limitMs }, async () => {
  const { stdout } = await execa('npx', ['conform', 'script', '--help'], { cwd: folder });
  const [named = ''] = /\S+README\.md/.exec(stdout) ?? [];

  const document = await readFile(join(folder, 'node_modules/conform', named), 'utf8');

  expect(document).toContain('conform/script/1');
});

test('the library, its schema and its version can be imported', { timeout: limitMs }, async () => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    import { behaviours, run, summarise } from 'conform';
    const schema = fileURLToPath(import.meta.resolve('conform/report.schema.json'));
    console.log(typeof run, typeof summarise, behaviours.length > 50, JSON.parse(readFileSync(schema)).type);
  `;
  await writeFile(join(folder, 'use.mjs'), script);

  const { stdout } = await execa(process.execPath, ['use.mjs'], { cwd: folder });

  expect(stdout).toBe('function function true object');
});

test('its types are whole', { timeout: limitMs }, async () => {
  const script = `
    import { run, type RunEvent } from 'conform';
    import { describeConformance } from 'conform/vitest';
    const told: AsyncIterable<RunEvent> = run({ target: {} as never });
    // @ts-expect-error: there is no such option
    run({ target: {} as never, nonsense: 1 });
    export const used = [told, describeConformance];
  `;
  await writeFile(join(folder, 'use.mts'), script);
  const typescript = join(root, 'node_modules/typescript/bin/tsc');
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  await symlink(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));

  const { stdout } = await execa(
    process.execPath,
    [typescript, ...strict, ...types, '--skipLibCheck', 'use.mts'],
    { cwd: folder, reject: false },
  );

  expect(stdout).toBe('');
});

test('it holds the licence of each package that was bundled', async () => {
  const dist = join(folder, 'node_modules/conform/dist');
  const licences = await readFile(join(dist, 'THIRD-PARTY-LICENCES.txt'), 'utf8');

  for (const name of ['commander', 'execa', 'fast-check', 'testcontainers', 'yauzl', 'yaml']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'mu'));
  }
});
