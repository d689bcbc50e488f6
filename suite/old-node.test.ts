// What an old Node makes of the built program: it reads the entry file, and says what is needed.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../dist/suite/cli.js', import.meta.url));
const engines = new URL('../package.json', import.meta.url);

test('the entry file is written in the language of old ones, and loads nothing before it has looked', async () => {
  const text = await readFile(entry, 'utf8');
  const languageOptions = { ecmaVersion: 2020, sourceType: 'module' } as const;

  expect(new Linter().verify(text, { languageOptions })).toEqual([]);
  expect(text).not.toMatch(/^import\b(?!\()/mu);
});

test.each(['14.21.3', '16.20.2', '18.20.8', '20.18.3'])(
  'Node %s is told that it is too old',
  async (version) => {
    const pretence = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
    const hook = `data:text/javascript,${encodeURIComponent(pretence)}`;

    const { exitCode, stderr, stdout } = await execa(
      process.execPath,
      ['--import', hook, entry, '--version'],
      { reject: false },
    );

    const { node } = (JSON.parse(await readFile(engines, 'utf8')) as Engines).engines;
    const needed = node.replace('>=', '');
    expect(stderr).toBe(
      `conform: needs Node ${needed} or newer, and this is Node ${version}. Install a newer one (https://nodejs.org, or \`nvm install 22\`), or use the single file that needs no Node.`,
    );
    expect([exitCode, stdout]).toEqual([3, '']);
  },
);

interface Engines {
  readonly engines: { readonly node: string };
}
