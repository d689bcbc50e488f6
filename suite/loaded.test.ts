// What a start of the program loads: what few commands need must not slow down every start.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findServer } from '../fixtures/servers/servers.ts';

const root = new URL('..', import.meta.url).href;
const program = new URL('../dist/suite/cli.js', import.meta.url).pathname;
const limitMs = 60_000;

let folder = '';
let target = '';
let stop: () => unknown = () => undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-loaded-'));
  const running = await findServer('echo')?.listen();
  if (running === undefined) throw new Error('There is no embedded server echo.');
  target = `127.0.0.1:${running.port}`;
  stop = () => running.stop();
});
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** The files below the package that the program loads when started with `words`, as Node's coverage tells. */
async function loadedBy(words: readonly string[], status = 0): Promise<string[]> {
  const coverage = await mkdtemp(join(folder, 'coverage-'));
  const { exitCode } = await execa(process.execPath, [program, ...words], {
    env: { NODE_V8_COVERAGE: coverage, NO_COLOR: '1' },
    reject: false,
  });
  expect(exitCode).toBe(status);
  const files = await readdir(coverage);
  const told = await Promise.all(files.map((file) => readFile(join(coverage, file), 'utf8')));
  const urls = told.flatMap((text) => {
    const { result } = JSON.parse(text) as { readonly result: readonly { readonly url: string }[] };
    return result.map(({ url }) => url);
  });
  return urls.filter((url) => url.startsWith(root)).map((url) => url.slice(root.length));
}

const inDist = (...chunks: readonly string[]): string[] => [
  'dist/suite/cli.js',
  ...chunks.map((chunk) => `dist/chunks/${chunk}.js`),
];
const door = inDist('door', 'open-files', 'this-process');
const options = [...door, ...inDist('program', 'program2', 'rolldown-runtime')];

test.for<[words: string[]]>([
  [['--help']],
  [['--version']],
  [['gate', '--help']],
  [['list']],
  [['list', 'causes']],
  [['completion', 'bash']],
])('%j is answered without the options', { timeout: limitMs }, async ([words]) => {
  const loaded = await loadedBy(words);

  expect(loaded.sort()).toEqual([...door].sort());
});

test.for<[words: string[]]>([[['--no-such-option']], [['grade']], [['list', '--only', 'x']]])(
  'of the wrong usage %j the options are loaded, and nothing else',
  { timeout: limitMs },
  async ([words]) => {
    const loaded = await loadedBy(words, 2);

    expect(loaded).toContain('dist/chunks/program.js');
    expect(loaded.filter((file) => !options.includes(file))).toEqual([]);
  },
);

test(
  'a list that a config may add to loads no engine and no package',
  { timeout: limitMs },
  async () => {
    const config = join(folder, 'conform.config.json');
    await writeFile(config, '{}');

    const loaded = await loadedBy(['list', '--config', config]);

    expect(loaded).toContain('dist/chunks/promises.js');
    expect(loaded.filter((file) => /\/run\.js$|\/generated\.js$|node_modules/u.test(file))).toEqual(
      [],
    );
  },
);

const ofShapes = (files: readonly string[]): string[] =>
  files.filter((file) => /node_modules\/valibot\/|\/shapes\.js$/u.test(file));

test(
  'a plain run loads no declaration of data, and starts nothing',
  { timeout: limitMs },
  async () => {
    const file = join(folder, 'run.json');
    const run = await loadedBy([
      '-t',
      target,
      '--only',
      'payload/one-message',
      '-r',
      `json=${file}`,
    ]);

    expect(run).toContain('dist/chunks/run.js');
    expect(ofShapes(run)).toEqual([]);
    expect(
      run.filter((file) => /\/launch\.js$|\/yaml\.js$|\/container\d*\.js$/u.test(file)),
    ).toEqual([]);

    // Where a report is read they are: the test would see them.
    const read = ofShapes(await loadedBy(['report', file]));
    expect(read).toHaveLength(2);
  },
);
