// ARCHITECTURE.md against the project: `npm run golden` draws its picture anew.
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fences } from '../fences.js';
import { pictureOf } from './picture.js';

const root = new URL('../..', import.meta.url);
const page = new URL('ARCHITECTURE.md', root);
const marked = /(<!-- rooms:[^>]*-->)[\s\S]*?(<!-- \/rooms -->)/u;

test('the picture in ARCHITECTURE.md is the one of the allow-list', async () => {
  const text = await readFile(page, 'utf8');
  const picture = pictureOf(fences).join('\n');
  const fresh = text.replace(
    marked,
    (_, before, after) => `${before}\n\n\`\`\`text\n${picture}\n\`\`\`\n\n${after}`,
  );

  if (process.env.npm_lifecycle_event === 'golden') await writeFile(page, fresh);

  expect(text).toMatch(marked);
  expect(await readFile(page, 'utf8')).toBe(fresh);
});

test('every path that ARCHITECTURE.md names is there', async () => {
  const text = (await readFile(page, 'utf8')).replace(marked, '');
  const paths = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]*)+)`/gu)].map(([, path]) => path);
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test('every folder of suite, clients and targets stands in ARCHITECTURE.md', async () => {
  const text = (await readFile(page, 'utf8')).replace(marked, '');
  const folders = ['suite', 'clients', 'targets', 'fixtures'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}/`),
  );
  expect(folders.filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
});
