// Nobody is sent to a place that is not there.
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everyDocument, everyReadme, root } from '../fixtures/readmes/readmes.ts';

const documents = await everyDocument();
const readmes = await everyReadme();
const byPath = new Map(documents.map((document) => [document.path, document]));

interface Place {
  /** From the root. */
  readonly path: string;
  readonly anchor: string;
}

/** Where a link of the document at `from` leads; undefined when that is another site. */
function place(from: string, link: string): Place | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor = ''] = link.split('#');
  return { path: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
}

describe.each(documents)('$path', ({ path, links }) => {
  const places = links.flatMap((link) => place(path, link) ?? []);

  test('links to files that there are', () => {
    expect(places.filter((one) => !existsSync(join(root, one.path)))).toEqual([]);
  });

  test('links to headings that there are', () => {
    const missing = places.filter(
      (one) => one.anchor !== '' && byPath.get(one.path)?.anchors.has(one.anchor) !== true,
    );

    expect(missing).toEqual([]);
  });
});

test.each(readmes)('$path names files that there are', ({ spans }) => {
  const named = spans.filter((span) => /^(suite|clients|targets|fixtures|\.\w+)\/\S*$/.test(span));

  expect(named.filter((one) => !existsSync(join(root, one)))).toEqual([]);
});

test('README.md leads to every other', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    for (const link of byPath.get(path)?.links ?? []) {
      const target = place(path, link)?.path;
      if (target !== undefined && byPath.has(target)) reached.add(target);
    }
  }

  expect(readmes.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});
