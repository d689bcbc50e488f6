// The files and programs that the READMEs show are read by what reads them at work.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtProgram, linkedExample } from '../fixtures/examples/linked.ts';
import { everyReadme, root } from '../fixtures/readmes/readmes.ts';
import { findServer } from '../fixtures/servers/servers.ts';
import { readTemplate } from '../targets/submissions/template.ts';
import { readBaseline } from './baseline/read-baseline.ts';
import { behaviours } from './behaviours/behaviours.ts';
import { readRubric } from './grading/rubric/read-rubric.ts';

const readmes = await everyReadme();
const ids = behaviours.map(({ id }) => id);

/** The blocks of one language in a document, in order. */
function blocksOf(document: string, language: string): readonly string[] {
  const blocks = readmes.find(({ path }) => path === document)?.blocks ?? [];
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

test('the rubric and the way to build are understood', async () => {
  const [rubric = '', template = ''] = blocksOf('suite/grading/README.md', 'yaml');

  expect(readRubric(rubric, 'rubric.yaml', ids).items).toHaveLength(4);
  expect(await readTemplate(template, 'conform.yaml')).toMatchObject({
    base: { language: 'c' },
    build: ['make'],
  });
});

test('the baseline is understood', () => {
  const [baseline = ''] = blocksOf('suite/baseline/README.md', 'yaml');

  expect(readBaseline(baseline, 'known.yaml', ids).entries).toHaveLength(2);
});

test('the action is given inputs that it has', async () => {
  const [step = ''] = blocksOf('fixtures/ci/README.md', 'yaml');
  const { inputs } = parse(await readFile(join(root, 'action.yml'), 'utf8')) as { inputs: object };

  const [{ with: given }] = parse(step) as [{ with: object }];

  expect(Object.keys(given)).not.toEqual([]);
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
});

describe('the programs', () => {
  const [config = '', vitestProject = '', program = ''] = blocksOf('suite/config/README.md', 'js');
  let folder = '';
  beforeAll(async () => {
    folder = await linkedExample('vitest');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('the config adds its contract', async () => {
    await writeFile(join(folder, 'own.mjs'), config);

    const words = ['list', 'contracts', '--config', 'own.mjs'];
    const { stdout } = await execa(process.execPath, [builtProgram, ...words], { cwd: folder });

    expect(stdout).toMatch(/^next\b/m);
  });

  test('the vitest project has a test for each behaviour', async () => {
    await writeFile(join(folder, 'shown.test.js'), vitestProject);

    const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
    const { stdout } = await execa(process.execPath, [vitest, 'list', 'shown.test.js'], {
      cwd: folder,
      // This test runs under vitest itself, which tells its children so.
      env: { VITEST: undefined, VITEST_WORKER_ID: undefined },
    });

    expect(ids.filter((id) => !stdout.includes(`the echo server > ${id}`))).toEqual([]);
  });

  test('the program prints the verdict', async () => {
    const server = await findServer('echo')?.listen({ host: '127.0.0.1', port: 0 });
    try {
      const address = `127.0.0.1:${server?.port ?? 0}`;
      await writeFile(join(folder, 'own-run.mjs'), program.replace('localhost:9990', address));

      const { stdout } = await execa(process.execPath, ['own-run.mjs'], { cwd: folder });

      expect(stdout).toBe('conforms');
    } finally {
      await server?.stop();
    }
  });
});
