// The README's lists come from what they are about: `npm run golden` writes them anew.
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { DocumentCard } from '../targets/documents/card.ts';
import { documents } from '../targets/documents/documents.ts';
import { behaviours } from './behaviours/behaviours.ts';

const path = new URL('../README.md', import.meta.url);

test('the README lists every behaviour as it is declared', async () => {
  await expectBetweenMarks(
    'behaviours',
    behaviours.map(({ id, level, requirement }) => `- \`${id}\` (${level}): ${requirement}`),
  );
});

test('the README lists every documented server as its card has it', async () => {
  await expectBetweenMarks('documents', documents.flatMap(linesOf));
});

/** Holds what stands between the marks of `name` to `lines`, or writes them there. */
async function expectBetweenMarks(name: string, lines: readonly string[]): Promise<void> {
  const marked = new RegExp(`(<!-- ${name}:[^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`);
  const readme = await readFile(path, 'utf8');
  const fresh = readme.replace(
    marked,
    (_, before: string, after: string) => `${before}\n\n${lines.join('\n')}\n\n${after}`,
  );

  if (process.env['npm_lifecycle_event'] === 'golden') await writeFile(path, fresh);

  expect(readme).toMatch(marked);
  expect(await readFile(path, 'utf8')).toBe(fresh);
}

/** A server and what is wrong with it, a line a defect. */
function linesOf({
  id,
  title,
  language,
  contract,
  verdict,
  finds,
  mayFind = [],
}: DocumentCard): string[] {
  const word = contract.end === undefined ? '' : ` until \`${contract.end}\``;
  const said = verdict === 'conforms' ? 'conforms' : 'does not conform';
  const behavioursByWhy = new Map<string, string[]>();
  for (const { behaviour, why } of finds) {
    behavioursByWhy.set(why, [...(behavioursByWhy.get(why) ?? []), `\`${behaviour}\``]);
  }
  for (const { behaviour, why } of mayFind) {
    behavioursByWhy.set(why, [...(behavioursByWhy.get(why) ?? []), `at times \`${behaviour}\``]);
  }
  const defects = [...behavioursByWhy].map(([why, broken]) => `  - ${why}: ${broken.join(', ')}`);
  return [
    `- \`${id}\` (${language}, ${contract.id}${word}) ${said}: ${lowerFirst(title)}.`,
    ...defects,
  ];
}

function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
