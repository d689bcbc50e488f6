import { describe, expect, it } from 'vitest';
import { embeddedTarget } from '../../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../../fixtures/servers/servers.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { run } from '../../engine/run.ts';
import { summarise, type Report } from '../../events/report.ts';
import type { RunEvent } from '../../events/events.ts';
import { grade } from '../../points/rubric.ts';

const ids = ['payload/one-message', 'payload/line-endings', 'stream/replies-at-once'];

/** What a run finds of an embedded server whose contract it was not told. */
async function found(
  name: string,
  tested: readonly string[] = ids,
): Promise<{ readonly report: Report }> {
  const server = findServer(name);
  if (server === undefined) throw new TypeError(`No server ${name}.`);
  const events: RunEvent[] = [];
  const chosen = behaviours.filter(({ id }) => tested.includes(id) || id === 'accept/accepts');
  for await (const event of run({ target: embeddedTarget(server), seed: 5, behaviours: chosen })) {
    events.push(event);
  }
  return { report: summarise(events) };
}

const verdictOf = ({ behaviours: all }: Report, id: string) =>
  all.find((one) => one.id === id)?.verdict;

describe('a fault that one can live with', () => {
  it.each([
    ['waits-for-a-newline', 'echo', 'takes-only-lines', 'with messages that end in a newline'],
    ['waits-for-cr-lf', 'echo', 'takes-only-lines', 'with messages that end in CR LF'],
    ['raises-lines', 'uppercase', 'takes-only-lines', 'with messages that end in a newline'],
  ])(
    'of %s is found out, and the others are tested apart from it',
    async (name, id, what, words) => {
      const { report } = await found(name);

      expect(report.contract).toMatchObject({ id, deviations: [{ id: what, words }] });
      expect(verdictOf(report, 'stream/replies-at-once')).toMatchObject({ kind: 'failed' });
      expect(verdictOf(report, 'stream/replies-at-once')).not.toHaveProperty('apart');
      expect(verdictOf(report, 'payload/line-endings')).toMatchObject({
        kind: 'passed',
        apart: words,
      });
      expect(report.notices.join()).toContain(words);
      expect(report.causes).toMatchObject([
        { id: 'waits-for-a-newline', explains: ['stream/replies-at-once'] },
      ]);
    },
  );

  it('of one that fills a buffer first is found out, and clients end their side to hear the rest', async () => {
    const { report } = await found('waits-for-a-full-block', [
      ...ids,
      'concurrency/any-interleaving',
    ]);

    expect(report.contract).toMatchObject({
      id: 'echo',
      deviations: [{ id: 'replies-when-full' }],
    });
    expect(verdictOf(report, 'payload/line-endings')).toMatchObject({ kind: 'passed' });
    expect(report.causes).toMatchObject([
      { id: 'waits-for-a-full-buffer', explains: ['stream/replies-at-once'] },
    ]);
    expect(verdictOf(report, 'concurrency/any-interleaving')).toMatchObject({
      kind: 'blocked',
      reason: expect.stringMatching(/^the server replies only once a buffer is full, /u) as string,
    });
  });

  it('costs its own points, or all that hang on it where the rubric says so', async () => {
    const { report } = await found('waits-for-a-newline');
    const item = {
      name: 'all',
      behaviours: ids,
      points: 3,
      award: 'share',
      visibility: 'visible',
      reveal: 'full',
    } as const;
    const rubric = { title: null, unjudged: 'credit', items: [item] } as const;

    expect(grade(report, rubric)[0]?.score).toBe(2);
    expect(grade(report, { ...rubric, followOn: 'withhold' })[0]?.score).toBe(0);
    // A rubric without points for what it breaks: it would cost nothing.
    const others = { ...item, behaviours: ids.filter((id) => id !== 'stream/replies-at-once') };
    expect(grade(report, { ...rubric, items: [others] })[0]?.score).toBe(0);
  });

  it('is not lived with where nothing tested would tell it', async () => {
    const { report } = await found('greets', ['payload/one-message']);

    expect(report.contract).not.toHaveProperty('deviations');
    expect(report.notices.join()).toContain('No test of this run is about that');
    expect(report.verdict).toBe('does-not-conform');
    expect(verdictOf(report, 'payload/one-message')).toMatchObject({ kind: 'failed' });
  });
});

describe('a server without one', () => {
  it.each(['echo', 'uppercase', 'cuts-at-nul', 'raises-the-first-letter-only'])(
    '%s is tested as it is',
    async (name) => {
      const { report } = await found(name);

      expect(report.contract).not.toHaveProperty('deviations');
      for (const { verdict } of report.behaviours) expect(verdict).not.toHaveProperty('apart');
    },
  );
});
