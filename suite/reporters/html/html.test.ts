import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { printed } from '../../../fixtures/golden/printed.ts';
import { excerptOf, failed, passed, runOf } from '../../../fixtures/golden/run-parts.ts';
import {
  allPassed,
  diagnosed,
  exampleRuns,
  hostileBytes,
  unreachable,
} from '../../../fixtures/golden/runs.ts';
import type { RunEvent, TranscriptRecord } from '../../events/events.ts';
import { openReporter } from './html.ts';

const html = (events: readonly RunEvent[]): string => printed(openReporter, events);

test.each([allPassed, diagnosed, hostileBytes, unreachable])(
  '$name stands as in its golden file',
  async ({ name, events }) => {
    await expect(html(events)).toMatchFileSnapshot(`../../../fixtures/golden/${name}.html`);
  },
);

describe.each(exampleRuns)('the page of $name', ({ events }) => {
  const page = html(events);

  test('names its own script and style by their hashes, and allows nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/u.exec(page)?.[1] ?? '';
    const hashOf = (tag: string): string => {
      const text = new RegExp(`<${tag}>(.*?)</${tag}>`, 'su').exec(page)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };

    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('has no attribute that the policy forbids, and each id once', () => {
    const tags = [...page.matchAll(/<[a-z][^>]*>/gu)].map(([tag]) =>
      tag.replace(/"[^"]*"/gu, '""'),
    );
    const ids = [...page.matchAll(/<[^>]* id="([^"]*)"/gu)].map(([, id]) => id);

    expect(tags.filter((tag) => /\s(?:style|on\w+|src|action)=/u.test(tag))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('links to nothing but itself', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => `#${id ?? ''}`));
    const goals = [...page.matchAll(/<a [^>]*href="([^"]*)"/gu)].map(([, goal]) => goal ?? '');

    expect(goals.filter((goal) => !ids.has(goal) && goal !== '#behaviours')).toEqual([]);
  });
});

function of(conversation: readonly TranscriptRecord[]): string {
  return html(
    runOf([
      { id: 'payload/one-message', verdict: passed },
      {
        id: 'payload/nul-bytes',
        verdict: failed('payload/nul-bytes', { kind: 'refused', code: 'X' }, { conversation }),
      },
    ]),
  );
}

const lane = (client: string, entries: TranscriptRecord['entries']): TranscriptRecord => ({
  client,
  sentBytes: 0,
  receivedBytes: 0,
  entries,
});

describe('the sequence diagram', () => {
  test('leaves out the middle of a long conversation, and counts it', () => {
    const page = of([
      lane(
        'A',
        Array.from({ length: 80 }, (_, index) => ({
          atMicros: index * 10,
          kind: 'sent' as const,
          bytes: excerptOf(`m${index}`),
        })),
      ),
    ]);

    expect(page).toContain('⋮  56 more  ⋮');
    expect(page.match(/class="arrow data"/gu)).toHaveLength(24);
  });

  test('draws those clients to whom something happened when there are too many', () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      lane(`N${index}`, [
        { atMicros: index, kind: 'connected' },
        ...(index === 17
          ? [{ atMicros: 50, kind: 'silence' as const, waitedMs: 2000, awaited: 'reply' }]
          : []),
      ]),
    );

    const page = of(many);

    expect(page).toContain('14 clients more took part.');
    expect(page.match(/>client N\d+</gu)).toEqual([0, 1, 2, 3, 4, 17].map((n) => `>client N${n}<`));
  });

  test('shows a client that stopped reading, and a connection that was cut', () => {
    const page = of([
      lane('A', [
        { atMicros: 0, kind: 'reading-paused' },
        { atMicros: 900_000, kind: 'reading-resumed' },
        { atMicros: 900_100, kind: 'reset-received', afterBytes: 4096 },
      ]),
    ]);

    expect(page).toContain('class="pause"');
    expect(page).toContain('RST after 4,096 bytes');
    expect(page).toContain('arrow cut wrong');
  });
});
