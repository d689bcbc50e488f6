// The cards say what their folders hold.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cForkEcho } from './c-fork-echo/card.ts';
import { buildDocument, documentFolder, documents } from './documents.ts';
import { winsockOperator } from './winsock-operator/card.ts';

const sources = {
  C: 'server.c',
  'C++': 'server.cpp',
  'C++ (Win32)': 'server.cpp',
  Python: 'server.py',
};

it('has a card for every folder', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true });
  const ids = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);

  expect(documents.map(({ id }) => id).sort()).toEqual(ids.sort());
});

describe.each(documents)('the card of $id', (card) => {
  it('agrees with its folder', () => {
    const folder = documentFolder(card);
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    const source = sources[card.language];

    expect(readdirSync(folder).sort()).toEqual(['Dockerfile', 'card.ts', source]);
    expect(dockerfile).toContain(`EXPOSE ${card.port}\n`);
    expect(dockerfile).toMatch(/^USER nobody$/mu);
    const words = card.startedBy.split(' ').map((word) => JSON.stringify(word));
    expect(dockerfile).toContain(`ENTRYPOINT [${words.join(', ')}]`);
  });

  it('listens by itself where it says', () => {
    const source = readFileSync(join(documentFolder(card), sources[card.language]), 'utf8');
    const isTold = card.portParameters === '-p {port}';

    if (isTold) expect(card.startedBy).toContain(`-p ${card.port}`);
    else expect(source).toMatch(new RegExp(`DEFAULT_?PORT\\b[ =]+${card.port}\\b`, 'iu'));
  });
});

it('begins both Win32 images with the same lines, which are built once', () => {
  const [first, second] = documents
    .filter(({ language }) => language === 'C++ (Win32)')
    .map((card) => readFileSync(join(documentFolder(card), 'Dockerfile'), 'utf8'))
    .map((dockerfile) => dockerfile.replace(/^EXPOSE .*$/mu, ''));

  expect(first).toBe(second);
});

describe('a document that cannot be built here', () => {
  it('says that its compiler failed', async () => {
    const built = await buildDocument(cForkEcho, join('no', 'such', 'folder'));

    expect(built.kind === 'not-built' && built.reason).toContain('cc failed at c-fork-echo');
  });

  it('says that it is a Win32 program', async () => {
    const built = await buildDocument(winsockOperator, '');

    expect(built.kind === 'not-built' && built.reason).toContain('in its container only');
  });
});
