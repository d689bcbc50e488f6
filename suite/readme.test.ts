// The lists in the READMEs come from what they are about: `npm run golden` writes them anew.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentClients } from '../clients/documents/documents.ts';
import { expectedOf } from '../fixtures/documents/expected-findings.ts';
import { root } from '../fixtures/readmes/readmes.ts';
import { nowhere } from '../fixtures/support/nowhere.ts';
import { runExample } from '../fixtures/readmes/run-example.ts';
import type { DocumentCard } from '../targets/documents/card.ts';
import { documents } from '../targets/documents/documents.ts';
import { everyBehaviour as behaviours } from './behaviours/behaviours.ts';
import { contracts } from './contracts/contracts.ts';
import { causes } from './diagnosis/causes.ts';
import { defineProgram } from './commands/program.ts';
import { formats } from './reporters/registry.ts';

test('the behaviours are as they are declared', async () => {
  const families = [...new Set(behaviours.map(({ family }) => family))];
  await expectBetweenMarks(
    'suite/behaviours/README.md',
    'behaviours',
    families.flatMap((family) => [
      `### ${family}`,
      '',
      ...behaviours
        .filter((one) => one.family === family)
        .map(({ id, level, requirement }) => `- \`${id}\` (${level}): ${requirement}`),
      '',
    ]),
  );
});

test('the documents’ servers are as their cards and what is known of them say', async () => {
  await expectBetweenMarks('targets/documents/README.md', 'documents', documents.flatMap(linesOf));
});

test('the documents’ clients are as they are declared', async () => {
  await expectBetweenMarks(
    'clients/README.md',
    'clients',
    documentClients.map(({ id, takes, does }) => `- \`${id}\` (types ${takes}): ${does}`),
  );
});

test('the contracts are as they are declared', async () => {
  await expectBetweenMarks(
    'suite/contracts/README.md',
    'contracts',
    contracts.map(({ id, summary }) => `- \`${id}\`: ${summary}`),
  );
});

test('the causes are as their cards have them', async () => {
  await expectBetweenMarks(
    'suite/diagnosis/README.md',
    'causes',
    causes.map(({ id, title }) => `- \`${id}\`: ${title}.`),
  );
});

test('the formats are as `--help` has them', async () => {
  await expectBetweenMarks(
    'suite/reporters/README.md',
    'reporters',
    formats.map(({ name, description }) => `- \`${name}\`: ${description}`),
  );
});

test('the commands are as `--help` has them', async () => {
  const program = defineProgram(nowhere, () => undefined);
  await expectBetweenMarks(
    'suite/commands/README.md',
    'commands',
    program.commands.map((command) => `- \`conform ${command.name()}\`: ${command.description()}`),
  );
});

test('the failure is what conform prints', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, command = ''] = /```sh\n([^`]*)```\n\n<!-- failure:/.exec(readme) ?? [];
  const { output } = await runExample(`${command.trim()} --seed 1`);
  const lines = output.trimEnd().split('\n');
  const cause = lines.slice(
    lines.findIndex((line) => line.startsWith('1. ')),
    lines.lastIndexOf(''),
  );
  const [verdict, summary] = lines.slice(lines.lastIndexOf('') + 1);

  await expectBetweenMarks('README.md', 'failure', [
    '```text',
    '…',
    '',
    ...cause,
    '',
    `${verdict}\n${summary}`,
    '```',
  ]);
});

/** Holds what stands between the marks of `name` in the document to `lines`, or writes them there. */
async function expectBetweenMarks(
  document: string,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const path = join(root, document);
  const marked = new RegExp(`(<!-- ${name}:[^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`);
  const before = await readFile(path, 'utf8');
  const fresh = before.replace(
    marked,
    (_, start: string, end: string) => `${start}\n\n${lines.join('\n').trim()}\n\n${end}`,
  );

  if (process.env['npm_lifecycle_event'] === 'golden') await writeFile(path, fresh);

  expect(before).toMatch(marked);
  expect(await readFile(path, 'utf8')).toBe(fresh);
}

/** A server and what is wrong with it, a line a defect. */
function linesOf(card: DocumentCard): string[] {
  const { id, title, language, contract } = card;
  const { verdict, finds, mayFind = [] } = expectedOf(card);
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
