// What a person's own module does late, in real processes of the built program.
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteUserModule, userFault } from './user-modules.ts';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'user-modules-')));
  await writeFile(join(folder, 'beside.mjs'), 'export const late = () => { throw Error("x"); };');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function told(name: string, text: string): Promise<{ exitCode?: number; words: string }> {
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, text);
  const words = [program, '--config', file, '--list'];
  const { exitCode, stderr } = await execa(process.execPath, words, {
    reject: false,
    env: { NO_COLOR: '1' },
  });
  return { ...(exitCode === undefined ? {} : { exitCode }), words: stderr };
}

describe.concurrent('what a config does after it was loaded is told as its own', () => {
  test.for<[string, string, string]>([
    [
      'an error out of a timer',
      'setTimeout(() => { throw new Error("later") }, 1); export default {}',
      '/1.mjs:1:26 threw an error that nobody catches: later.',
    ],
    [
      'a rejected promise',
      'Promise.reject(new Error("no")); export default {}',
      '/2.mjs:1:16 threw an error that nobody catches: no.',
    ],
    [
      'what is no error',
      'setTimeout(() => { Promise.reject(null) }, 1); export default {}',
      '/3.mjs threw what nobody catches: null.',
    ],
    [
      'an error of a module that it imports',
      'import { late } from "./beside.mjs"; setTimeout(late, 1); export default {}',
      '/beside.mjs:1:35 threw an error that nobody catches: x.',
    ],
    [
      'the end of the process',
      'process.exit(77)',
      '/5.mjs:1:9 ended this process (process.exit, status 77) before conform was done.',
    ],
    [
      'the end of the process, with status 0',
      'setTimeout(() => process.exit(0), 1); export default {}',
      '/6.mjs:1:26 ended this process (process.exit, status 0) before conform was done.',
    ],
  ])('%s', async ([, text, words], { expect: expectHere, task }) => {
    const name = String((task.suite?.tasks.indexOf(task) ?? 0) + 1);

    const { exitCode, words: found } = await told(name, text);

    expectHere(found).toContain(`conform: ${folder}${words}`);
    expectHere(found).not.toContain('please report this');
    expectHere(found).not.toMatch(/^\s+at /mu);
    expectHere(exitCode).toBe(2);
  });
});

test('an error of conform stays one of conform, though a config was loaded', () => {
  noteUserModule(join(folder, 'config.mjs'));

  expect(userFault(new Error('ours'))).toBeUndefined();
});
