// The README's table of behaviours comes from their declarations: `npm run golden` writes it anew.
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { behaviours } from './behaviours/behaviours.ts';

const path = new URL('../README.md', import.meta.url);
const marked = /(<!-- behaviours:[^>]*-->)[\s\S]*?(<!-- \/behaviours -->)/;

test('the README lists every behaviour as it is declared', async () => {
  const rows = behaviours.map(
    ({ id, level, requirement }) => `- \`${id}\` (${level}): ${requirement}`,
  );
  const table = `\n\n${rows.join('\n')}\n\n`;
  const readme = await readFile(path, 'utf8');
  const fresh = readme.replace(
    marked,
    (_, before: string, after: string) => before + table + after,
  );

  if (process.env['npm_lifecycle_event'] === 'golden') await writeFile(path, fresh);

  expect(readme).toMatch(marked);
  expect(await readFile(path, 'utf8')).toBe(fresh);
});
