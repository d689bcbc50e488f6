// What a start of the program loads: a library that only readers of files need must not slow down every start.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findServer } from '../fixtures/servers/servers.ts';

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

/** The files of modules that the program loads when it is started with `words`, as Node's coverage tells. */
async function loadedBy(...words: string[]): Promise<string[]> {
  const coverage = await mkdtemp(join(folder, 'coverage-'));
  const { exitCode } = await execa(process.execPath, [program, ...words], {
    env: { NODE_V8_COVERAGE: coverage, NO_COLOR: '1' },
  });
  expect(exitCode).toBe(0);
  const files = await readdir(coverage);
  const told = await Promise.all(files.map((file) => readFile(join(coverage, file), 'utf8')));
  return told.flatMap((text) => {
    const { result } = JSON.parse(text) as { readonly result: readonly { readonly url: string }[] };
    return result.map(({ url }) => url);
  });
}

const ofShapes = (urls: readonly string[]): string[] =>
  urls.filter((url) => /node_modules\/valibot\/|\/shapes\//u.test(url));

test(
  'help and a plain run load no declaration of data, and not its library',
  {
    timeout: limitMs,
  },
  async () => {
    const file = join(folder, 'run.json');
    const help = await loadedBy('--help');
    const run = await loadedBy('-t', target, '--only', 'payload/one-message', '-r', `json=${file}`);

    expect(help.some((url) => url.endsWith('dist/suite/cli.js'))).toBe(true);
    expect(run.some((url) => url.endsWith('dist/suite/engine/run.js'))).toBe(true);
    expect(ofShapes([...help, ...run])).toEqual([]);

    // Where a report is read they are: the test would see them.
    const read = ofShapes(await loadedBy('report', file));
    expect(read.some((url) => url.includes('node_modules/valibot/'))).toBe(true);
    expect(read.some((url) => url.endsWith('dist/suite/events/shapes/report.js'))).toBe(true);
  },
);
