import { describe, expect, it } from 'vitest';
import { replying, type Reply } from '../../../fixtures/servers/conversations.ts';
import { embedded, type EmbeddedServer } from '../../../fixtures/servers/embedded.ts';
import { embeddedTarget } from '../../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../../fixtures/servers/servers.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import type { Contract } from '../../contracts/contract.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import { run } from '../../engine/run.ts';
import { summarise, type Report } from '../../events/report.ts';
import type { RunEvent } from '../../events/events.ts';
import { grade } from '../../points/rubric.ts';

const ids = ['payload/one-message', 'payload/line-endings', 'stream/replies-at-once'];

/** What a run finds of an embedded server whose contract it was not told, or was. */
async function found(
  named: EmbeddedServer | string,
  tested: readonly string[] = ids,
  contract?: Contract,
): Promise<{ readonly report: Report }> {
  const server = typeof named === 'string' ? findServer(named) : named;
  if (server === undefined) throw new TypeError('There is no such server.');
  const events: RunEvent[] = [];
  const chosen = behaviours.filter(({ id }) => tested.includes(id) || id === 'accept/accepts');
  const told = contract === undefined ? {} : { contract };
  for await (const event of run({
    target: embeddedTarget(server),
    seed: 5,
    behaviours: chosen,
    ...told,
  })) {
    events.push(event);
  }
  return { report: summarise(events) };
}

/** An uppercase server that replies to each read what `reply` makes of it. */
const withOneBug = (reply: Reply): EmbeddedServer =>
  embedded({
    name: 'one-bug',
    contract: 'uppercase',
    does: 'Has one bug.',
    fails: [],
    serve: replying(reply),
  });

const verdictOf = ({ behaviours: all }: Report, id: string) =>
  all.find((one) => one.id === id)?.verdict;

describe('a fault that one can live with', () => {
  it.each([
    ['waits-for-a-newline', 'echo', 'takes-only-lines', 'with messages that end in a newline'],
    ['waits-for-cr-lf', 'echo', 'takes-only-lines', 'with messages that end in CR LF'],
    ['raises-lines', 'uppercase', 'takes-only-lines', 'with messages that end in a newline'],
    ['waits-for-a-nul', 'echo', 'takes-only-lines', 'with messages that end in the byte 00 (NUL)'],
    [
      'waits-for-a-semicolon',
      'uppercase',
      'takes-only-lines',
      'with messages that end in the byte 3b (;)',
    ],
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
        { id: findServer(name)?.cause, explains: ['stream/replies-at-once'] },
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

  it('of one that answers 16 messages at once is told from one that fills a buffer', async () => {
    const inGroups = embedded({
      name: 'answers-in-groups',
      contract: 'echo',
      does: 'Gathers the replies to 16 reads before it sends them, and sends fewer at the FIN only.',
      fails: [],
      serve: () => async (client) => {
        let held: Buffer[] = [];
        for await (const read of client.reads()) {
          held.push(read);
          if (held.length < 16) continue;
          const group = Buffer.concat(held);
          held = [];
          await client.write(group);
        }
        await client.write(Buffer.concat(held));
      },
    });

    const { report } = await found(inGroups);

    expect(report.contract).toMatchObject({
      id: 'echo',
      deviations: [{ id: 'replies-in-groups' }],
    });
    expect(report.causes).toMatchObject([
      { id: 'answers-in-groups', explains: ['stream/replies-at-once'] },
    ]);
    expect(report.causes[0]?.shows).toContain('once 16 messages have come');
  });

  it('of one that keeps back what it read last is told from one that waits for the FIN', async () => {
    const { report } = await found('keeps-back-the-last-read');

    expect(report.contract).toMatchObject({
      id: 'echo',
      deviations: [{ id: 'replies-when-more-comes' }],
    });
    expect(verdictOf(report, 'payload/line-endings')).toMatchObject({ kind: 'passed' });
    expect(report.causes).toMatchObject([
      { id: 'keeps-back-the-last-read', explains: ['stream/replies-at-once'] },
    ]);
  });

  it('of one that ends behind its first reply is found out, and clients say one thing each', async () => {
    const { report } = await found('closes-after-its-first-reply', [
      ...ids,
      'half-close/does-not-close-first',
      'concurrency/serves-the-second-while-the-first-idles',
      'concurrency/many-at-once',
      'robustness/survives-reset-mid-message',
      'stream/many-messages-on-one-connection',
    ]);

    expect(report.contract).toMatchObject({ id: 'echo', deviations: [{ id: 'ends-after-reply' }] });
    const apart = 'with clients that say one thing each';
    expect(verdictOf(report, 'concurrency/many-at-once')).toMatchObject({ kind: 'passed', apart });
    expect(verdictOf(report, 'robustness/survives-reset-mid-message')).toMatchObject({ apart });
    expect(verdictOf(report, 'stream/many-messages-on-one-connection')).toMatchObject({
      kind: 'blocked',
      reason: expect.stringMatching(
        /^the server ends a conversation behind its first reply /u,
      ) as string,
    });
    expect(report.causes).toMatchObject([
      { id: 'answers-only-once', explains: ['half-close/does-not-close-first'] },
    ]);
  });

  it('about the places of letters is found out too', async () => {
    const tested = [...ids, 'payload/raises-every-letter'];

    const { report } = await found('raises-the-first-letter-only', tested, uppercase);

    expect(report.contract).toMatchObject({
      deviations: [{ does: 'The server raises the first letter of a message only.' }],
    });
    expect(verdictOf(report, 'payload/raises-every-letter')).toMatchObject({ kind: 'failed' });
    expect(verdictOf(report, 'payload/line-endings')).toMatchObject({
      kind: 'passed',
      apart: 'with letters taken in either case',
    });
    expect(report.causes).toMatchObject([{ id: 'raises-a-part-only' }]);
  });

  it.each([
    ['always', (text: string) => `${text}\n`, 'The server puts a newline behind every reply.'],
    [
      'where there is none',
      (text: string) => (text.endsWith('\n') ? text : `${text}\n`),
      'The server puts a newline behind every reply that does not end in it.',
    ],
  ])('that adds a newline %s is told as it is', async (_, change, does) => {
    const server = withOneBug((read) =>
      Buffer.from(change(uppercase.reply(read).toString('latin1')), 'latin1'),
    );

    const { report } = await found(server, ids, uppercase);

    expect(report.contract).toMatchObject({ deviations: [{ does }] });
    expect(report.causes).toMatchObject([{ id: 'adds-a-line-end', shows: does }]);
  });

  it('may be about lines and letters at once', async () => {
    const server = withOneBug((read) => {
      const text = read.toString('latin1');
      if (!text.endsWith('\n')) return Buffer.alloc(0);
      return Buffer.from(text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(), 'latin1');
    });

    const { report } = await found(server, ids, uppercase);

    expect(report.contract).toMatchObject({
      deviations: [
        { does: 'The server raises the first letter of a message and lowers all others.' },
        { id: 'takes-only-lines' },
      ],
    });
    expect(verdictOf(report, 'payload/line-endings')).toMatchObject({ kind: 'passed' });
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
  it.each(['echo', 'uppercase', 'cuts-at-nul'])('%s is tested as it is', async (name) => {
    const { report } = await found(name);

    expect(report.contract).not.toHaveProperty('deviations');
    for (const { verdict } of report.behaviours) expect(verdict).not.toHaveProperty('apart');
  });
});
