import { Buffer } from 'node:buffer';
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { excerptOf, failed, runOf } from '../../fixtures/golden/run-parts.ts';
import {
  allFindings,
  allPassed,
  diagnosed,
  hostileBytes,
  knownFailures,
  staleBaseline,
  twoCauses,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import { markdownCode, markdownFence, markdownText } from '../text/markdown-text.ts';
import { openReporter } from './markdown.ts';

/** A step's summary that is longer is dropped whole. */
const limit = 1024 * 1024;

test.each([
  allPassed,
  allFindings,
  diagnosed,
  unreachable,
  hostileBytes,
  knownFailures,
  staleBaseline,
])('$name stands as in its golden file', async ({ name, events }) => {
  await expect(printed(openReporter, events)).toMatchFileSnapshot(
    `../../fixtures/golden/${name}.md`,
  );
});

test('the causes come before the behaviours, the behaviours before the failures', () => {
  const html = marked.parse(printed(openReporter, twoCauses.events), { async: false });
  const titles = [...html.matchAll(/<h3>(.*?)<\/h3>/gu)].map(([, title]) => title);

  expect(titles).toEqual(['2 causes explain 3 failures', 'Behaviours', '4 failures']);
});

/** Four hundred failures, each with so much output that no summary holds them all. */
const tooMany = runOf(
  Array.from({ length: 400 }, (_, index) => {
    const id = `payload/behaviour-${index}`;
    const finding = { kind: 'ended', by: 'fin', expected: excerptOf('€'), observed: excerptOf('') };
    const verdict = failed(id, finding as Parameters<typeof failed>[1], {
      outputTail: `${'€€€ '.repeat(24)}\n`.repeat(12),
    });
    return { id, verdict };
  }),
);

test('a report beyond the limit is cut at a whole part, and says so', () => {
  const text = printed(openReporter, tooMany);

  expect(Buffer.byteLength(text)).toBeLessThan(limit);
  expect(Buffer.byteLength(text)).toBeGreaterThan(limit / 2);
  expect(text).toMatch(/\*\*Cut:\*\* \d+ parts of this report are left out/u);
  expect(text.match(/<details/gu)?.length).toBe(text.match(/<\/details>/gu)?.length);
  expect(text).toContain('Does not conform');
});

describe('text', () => {
  test('stays readable where nothing needs a reference', () => {
    const plain =
      'The server sent 1.5 of 16 bytes (a half-closed client), then: nothing; it is 100%.';
    expect(markdownText(plain)).toBe(plain);
  });

  test.each([
    ['1. one', '1&#46; one'],
    ['- one', '&#45; one'],
    ['a|b', 'a&#124;b'],
    ['@everyone', '&#64;<!-- -->everyone'],
    ['www.x.y', 'www&#46;x.y'],
    ['http://x', 'http&#58;<!-- -->//x'],
  ])('%j is written as %j', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });

  test('code and fences cannot be closed from inside', () => {
    expect(markdownCode('`</code>')).toBe('<code>&#96;&#60;/code&#62;</code>');
    expect(markdownFence(['a ```` b']).split('\n')[0]).toBe('`````text');
  });
});
