import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmbeddedServer } from '../../fixtures/servers/embedded.ts';
import { embeddedTarget } from '../../fixtures/servers/embedded-target.ts';
import { sessionWith } from '../../fixtures/support/session-with.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import { addressTarget } from '../../targets/running/address.ts';
import type { Target } from '../../targets/target.ts';
import { choose } from '../contracts/choice.ts';
import { echo } from '../contracts/echo.ts';
import { findContract, type FindOptions, type Found } from './find-contract.ts';
import type { Session } from '../engine/session/session.ts';

const named = (name: string): EmbeddedServer => {
  const server = findServer(name);
  if (server === undefined) throw new Error(`There is no ${name}.`);
  return server;
};

/** What is found out about `target`, and the session that has learned it. */
async function find(
  target: Target,
  asked: Partial<FindOptions> = {},
): Promise<Found & { readonly session: Session }> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort(new Error('The test is over.')));
  const session = await sessionWith(
    target,
    { generousMs: 500, signal: stop.signal },
    asked.given ?? echo,
  );
  const unasked = { given: undefined, ending: undefined, serves: undefined };
  const found = await findContract(session, { ...unasked, limit: stop.signal, ...asked });
  return { session, ...found };
}

/** A server that somebody else started. */
async function addressOf(name: string): Promise<Target> {
  const running = await named(name).listen();
  onTestFinished(() => running.stop());
  return addressTarget({ host: '127.0.0.1', port: running.port });
}

describe('a server of another form', () => {
  it.each([
    // Judged as what it was meant to be, with the form beside it.
    ['byte-shift', 'uppercase', 'nearest', 'byte-shift', /"HELLO, WORLD 123\\n"/],
    ['c-string-echo', 'echo', 'nearest', 'c-string-echo', /no NUL after it/],
    // Judged as what it is.
    ['one-message', 'one-message', 'detected', 'one-message', /A correct echo would have replied/],
    ['one-message-in-turn', 'one-message', 'detected', 'one-message', /kept the connection open/],
    ['one-long-message', 'one-message', 'detected', 'one-message', /kept the connection open/],
    ['sink', 'sink', 'detected', 'sink', /A correct echo would have replied/],
    ['operator-lines', 'operator-lines', 'detected', 'operator-lines', /nothing of its own/],
    ['operator-frames', 'operator-frames', 'detected', 'operator-frames', /nothing of its own/],
    // With a bug, and seen to be what it is all the same.
    ['sends-the-first-word-only', 'operator-lines', 'nearest', 'operator-lines', /nothing of its/],
    ['loses-a-letter-in-a-pause', 'operator-frames', 'detected', 'operator-frames', /nothing of/],
  ] as const)('%s is found to be one', async (name, id, found, form, instead) => {
    const { info, session } = await find(embeddedTarget(named(name)));

    expect(info).toMatchObject({ id, found, form: { id: form } });
    expect(info.form?.instead).toMatch(instead);
    expect(info.how.length).toBeGreaterThan(0);
    expect(session.contract.id).toBe(id);
  });

  it('that serves its operator’s first client only is held to that', async () => {
    const { info, session } = await find(embeddedTarget(named('operator-lines-once')));

    expect(info).toMatchObject({ id: 'operator-lines', serves: 'one' });
    expect(info.how.join(' ')).toContain('it serves one');
    // It can be started again, and is.
    const client = await session.connect('A', new AbortController().signal);
    client.destroy();
    expect(session.target.generation).toBe(2);
  });

  it('is asked all that one conversation can tell where there may be no other', async () => {
    const server = await named('byte-shift').listen();
    onTestFinished(() => server.stop());
    const target = addressTarget({ host: '127.0.0.1', port: server.port });

    const { first } = await find(target, { serves: 'one' });

    expect(first.exchanges).toHaveLength(3);
    expect(first.end?.end).toBe('fin');
  });

  it('says what its client’s NULs were', async () => {
    const { first } = await find(embeddedTarget(named('c-string-echo')));

    expect(first.exchanges[0]?.received.bytes.toString()).toBe('Hello, World 123\n\0');
    expect(first.exchanges[1]?.received.bytes.at(-1)).toBe(0);
  });
});

describe('an echo with a bug', () => {
  it.each([
    'closes-at-once',
    'resets-at-the-first-message',
    'silent',
    'closes-after-its-first-reply',
    'greets',
    'never-closes',
    'replies-twice',
    'prefixes-its-replies',
    'pads-to-64',
    'waits-for-the-fin',
    'answers-http',
    'cuts-at-nul',
    'adds-a-nul',
  ])('is no other form because it %s', async (name) => {
    const { info } = await find(embeddedTarget(named(name)));

    expect(['echo', 'uppercase']).toContain(info.id);
    expect([null, 'c-string-echo']).toContain(info.form?.id ?? null);
  });
});

describe('a contract that was given', () => {
  it.each(['one-message', 'sink', 'c-string-echo', 'operator-lines', 'operator-frames'])(
    '%s is not asked for again',
    async (id) => {
      const given = choose({ id });
      const { info, session } = await find(embeddedTarget(named(id)), { given });

      expect(info).toMatchObject({ id, found: 'given', form: null });
      expect(session.contract).toMatchObject({ id });
      expect(session.knowledge.servesTogether).toBe(given?.serves === 'many');
    },
  );

  it('for an operator costs a server nothing where nobody can type at it', async () => {
    const running = await named('operator-lines-once').listen();
    onTestFinished(() => running.stop());
    const target = addressTarget({ host: '127.0.0.1', port: running.port });

    const { first } = await find(target, { given: choose({ id: 'operator-lines' }) });

    expect(first.exchanges).toEqual([]);
    expect(running.listening).toBe(true);
  });

  it('keeps a second client waiting only where it does', async () => {
    const target = await addressOf('one-message-in-turn');
    const { info } = await find(target, { given: choose({ id: 'one-message' }) });

    expect(info.serves).toBe('many');
    expect(info.how.join(' ')).toContain('not served while one that said nothing was connected');
  });
});
