// From what was seen to the verdict: what holds passes, what fails each time fails, and what was the
// machine's or the company's doing is not told as the server's.
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { excerpt } from '../../../clients/transcript.ts';
import { echo, onLoopback, serve } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import { behaviour, Untested, Violation, type Behaviour } from '../../behaviours/behaviour.ts';
import { checkBehaviour, type CheckOptions } from './check-behaviour.ts';

const alone: CheckOptions = {
  given: undefined,
  isAlone: () => true,
  hadCompany: () => false,
  untilAlone: () => Promise.resolve(),
  again: () => 'conform again',
};

/** Says one thing on a connection of its own and holds the server to the reply. */
const saysOneThing = behaviour({
  ...madeUp,
  async check({ connect, exchange, letters }) {
    await exchange(await connect(), letters(5));
  },
});

/** Fails as `failure` says, at each of the tries that `isFailing` picks. */
function failing(isFailing: (nth: number) => boolean, failure: () => Error): Behaviour {
  let tries = 0;
  return behaviour({
    ...madeUp,
    async check({ visit }) {
      tries += 1;
      const fails = isFailing(tries);
      await visit();
      if (fails) throw failure();
    },
  });
}

const late = (): Error =>
  new Violation('It was late.', { kind: 'other', expected: 'soon', observed: 'late' });

test('a right server passes', async () => {
  const session = await sessionOn(await serve(echo));

  expect(await checkBehaviour(session, saysOneThing, alone)).toEqual({
    kind: 'judged',
    verdict: { kind: 'passed' },
  });
});

test('what fails each time fails, three times looked at, with the command that shows it', async () => {
  const wrong = (socket: Socket): void => void socket.on('data', () => socket.write('wrong'));
  const session = await sessionOn(await serve(wrong));

  const checked = await checkBehaviour(session, saysOneThing, alone);

  expect(checked).toMatchObject({
    kind: 'judged',
    verdict: {
      kind: 'failed',
      finding: { kind: 'bytes' },
      tally: { failed: 3, of: 3 },
      again: { command: 'conform again' },
    },
  });
});

test('why there is a silence is asked once, however often it is seen, and that conversation is told', async () => {
  const mute = (socket: Socket): void => void socket.on('data', () => undefined);
  const session = await sessionOn(await serve(mute));
  let asked = 0;
  const asking = behaviour({
    ...madeUp,
    async check({ asksWhy, connect }) {
      const client = await connect();
      if (asksWhy()) {
        asked += 1;
        await client.send(Buffer.from('why?'));
      }
      const { observed, expected } = {
        observed: excerpt(Buffer.alloc(0)),
        expected: excerpt(Buffer.from('x')),
      };
      throw new Violation('It was silent.', {
        kind: 'silence',
        awaited: 'reply',
        waitedMs: 1,
        expected,
        observed,
      });
    },
  });

  const checked = await checkBehaviour(session, asking, alone);

  expect(asked).toBe(1);
  expect(checked).toMatchObject({ verdict: { kind: 'failed', tally: { failed: 3, of: 3 } } });
  const verdict = checked.kind === 'judged' ? checked.verdict : undefined;
  const told = verdict?.kind === 'failed' ? verdict.conversation : [];
  expect(told.flatMap(({ entries }) => entries.map(({ kind }) => kind))).toContain('sent');
});

test('what was late once, and not again, is not held against the server', async () => {
  const session = await sessionOn(await serve(echo));
  const once = failing((nth) => nth === 1, late);

  expect(await checkBehaviour(session, once, alone)).toMatchObject({
    kind: 'judged',
    verdict: {
      kind: 'errored',
      reason:
        'It was late. (reproduced 1 of 20 times: a busy machine can cause this, run it again to be sure)',
    },
  });
});

test('what costs a while each time is not tried to the end once both have shown several times', async () => {
  const session = await sessionOn(await serve(echo));
  let tries = 0;
  const slowly = behaviour({
    ...madeUp,
    async check({ visit, pause }) {
      tries += 1;
      const fails = tries % 2 === 1;
      await visit();
      await pause(150);
      if (fails) throw late();
    },
  });

  const checked = await checkBehaviour(session, slowly, alone);

  const verdict = checked.kind === 'judged' ? checked.verdict : undefined;
  const { failed = 0, of = 0 } = verdict?.kind === 'failed' ? verdict.tally : {};
  expect(failed).toBeGreaterThanOrEqual(3);
  expect(of - failed).toBeGreaterThanOrEqual(3);
  expect(of).toBeLessThan(20);
});

test('a large message without any reply is believed at once when that was confirmed before', async () => {
  const session = await sessionOn(await serve(echo));
  const mebibyte = Buffer.alloc(1024 * 1024);
  const unanswered = (observed = Buffer.alloc(0)): Violation =>
    new Violation('Nothing came.', {
      ...{ kind: 'silence', awaited: 'a reply', waitedMs: 1 },
      ...{ expected: excerpt(mebibyte), observed: excerpt(observed) },
    });
  const triesOf = async (violation: Violation): Promise<unknown> => {
    const checked = await checkBehaviour(
      session,
      failing(
        () => true,
        () => violation,
      ),
      alone,
    );
    return checked.kind === 'judged' && checked.verdict.kind === 'failed'
      ? checked.verdict.tally.of
      : checked;
  };

  expect(await triesOf(unanswered())).toBe(3);
  expect(await triesOf(unanswered())).toBe(1);
  expect(await triesOf(unanswered(mebibyte.subarray(1)))).toBe(2);
});

test('what is late every second time is told, with how often', async () => {
  const session = await sessionOn(await serve(echo));
  const everySecond = failing((nth) => nth % 2 === 1, late);

  expect(await checkBehaviour(session, everySecond, alone)).toMatchObject({
    kind: 'judged',
    verdict: { kind: 'failed', tally: { failed: 10, of: 20 } },
  });
});

test('what our own side spoiled is tried once more', async () => {
  const session = await sessionOn(await serve(echo));
  const spoiledOnce = failing(
    (nth) => nth === 1,
    () => new TypeError('a slip of ours'),
  );
  const spoiled = failing(
    () => true,
    () => new TypeError('a slip of ours'),
  );

  expect(await checkBehaviour(session, spoiledOnce, alone)).toMatchObject({
    verdict: { kind: 'passed' },
  });
  expect(await checkBehaviour(session, spoiled, alone)).toMatchObject({
    verdict: { kind: 'errored', reason: 'conform’s own side failed: a slip of ours' },
  });
});

test('what could not be tried a second time says why', async () => {
  const session = await sessionOn(await serve(echo));
  let tries = 0;
  const once = behaviour({
    ...madeUp,
    async check({ visit }) {
      tries += 1;
      await visit();
      throw tries === 1 ? late() : new Untested('the server accepts no client');
    },
  });

  expect(await checkBehaviour(session, once, alone)).toMatchObject({
    verdict: {
      kind: 'errored',
      reason:
        'It was late. (seen once, and not tried again, because the server accepts no client: a busy machine can cause this, run it again to be sure)',
    },
  });
});

test('what takes long to see is seen once more, not twice', async () => {
  const session = await sessionOn(await serve(echo));
  Object.defineProperty(session, 'stretch', { value: 1 });
  const slow = behaviour({
    ...madeUp,
    async check({ visit, pause }) {
      await visit();
      await pause(750);
      throw late();
    },
  });

  expect(await checkBehaviour(session, slow, alone)).toMatchObject({
    verdict: { kind: 'failed', tally: { failed: 2, of: 2 } },
  });
}, 20_000);

test('what could not be tried is skipped', async () => {
  const session = await sessionOn(await serve(echo));
  const untried = failing(
    () => true,
    () => new Untested('it is too slow'),
  );

  expect(await checkBehaviour(session, untried, alone)).toMatchObject({
    verdict: { kind: 'skipped', reason: 'could not be tested: it is too slow', untested: true },
  });
});

test('while others are under way, whoever made the server go is not known yet', async () => {
  const server = createServer((socket) => {
    socket.on('data', () => {
      server.close();
      socket.resetAndDestroy();
    });
  });
  const session = await sessionOn(await onLoopback(server));
  const inCompany = { ...alone, isAlone: () => false };

  expect(await checkBehaviour(session, saysOneThing, inCompany)).toEqual({ kind: 'suspect' });
  expect(session.learned.departures).toEqual([
    'The server is gone: nothing listens on its port any more, during mine/made-up or right after.',
  ]);
});

test('a connection that was ended beside other clients is tried again when they are gone', async () => {
  let isBeside = true;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (isBeside) socket.end();
    else socket.pipe(socket);
  });
  const session = await sessionOn(await onLoopback(server));
  const inCompany: CheckOptions = {
    ...alone,
    isAlone: () => !isBeside,
    untilAlone: () => {
      isBeside = false;
      return Promise.resolve();
    },
  };

  expect(await checkBehaviour(session, saysOneThing, inCompany)).toMatchObject({
    verdict: {
      kind: 'passed',
      note: 'once, while clients of other behaviours were connected, the server ended this one’s connection; otherwise it passed',
    },
  });
  expect(session.learned.endsAlone).toBe(false);
});

test('who ends a client’s connection that is alone is known from then on', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end();
  });
  const session = await sessionOn(await onLoopback(server));
  let waits = 0;
  let isBeside = true;
  const inCompany: CheckOptions = {
    ...alone,
    isAlone: () => !isBeside,
    untilAlone: () => {
      waits += 1;
      isBeside = false;
      return Promise.resolve();
    },
  };

  const first = await checkBehaviour(session, saysOneThing, inCompany);
  isBeside = true;
  const second = await checkBehaviour(session, saysOneThing, inCompany);

  expect([first, second]).toMatchObject([
    { verdict: { kind: 'failed', tally: { failed: 3, of: 3 } } },
    { verdict: { kind: 'failed', tally: { failed: 3, of: 3 } } },
  ]);
  expect(session.learned.endsAlone).toBe(true);
  expect(waits).toBe(1);
});
