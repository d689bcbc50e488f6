// What a run shares: connections that end with it, a fresh server where one takes a single client, and
// what is known of the server.
import { expect, test } from 'vitest';
import { echo as echoing, listening, serve } from '../../../fixtures/support/loopback.ts';
import { sessionOn, sessionWith } from '../../../fixtures/support/session-with.ts';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { nodeServer } from '../../../targets/launch/launching.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import { echo } from '../../contracts/echo.ts';

test('every connection ends with the run', async () => {
  const { port, open } = await listening();
  const session = await sessionOn(port);
  await session.connect('A');
  await session.connect('B');
  await expect.poll(() => open.size).toBe(2);

  session.end();

  await expect.poll(() => open.size).toBe(0);
  await expect(session.connect('C')).rejects.toThrow('the run is over');
});

test('so they do when the run is stopped', async () => {
  const stop = new AbortController();
  const session = await sessionOn(await serve(echoing), { signal: stop.signal });

  stop.abort();

  await expect(session.connect('A')).rejects.toThrow('the run was stopped');
});

test('where the contract serves one client, each gets a server of its own', async () => {
  const target = launchTarget({
    command: nodeServer(`
      const server = net.createServer((socket) => socket.pipe(socket))
        .listen({port}, "127.0.0.1").once("connection", () => server.close());`),
  });
  const session = await sessionWith(target, {}, { ...echo, serves: 'one' });

  const first = await session.connect('A');
  const second = await session.connect('B');

  expect([first.peer.kind, second.peer.kind]).toContain('open');
  expect(target.generation).toBe(2);
});

test('and where the server cannot be started again, the second client is told so', async () => {
  const session = await sessionOn(await serve(echoing), {}, { ...echo, serves: 'one' });
  await session.connect('A');

  await expect(session.connect('B')).rejects.toThrow('The server has served its one client.');
});

test('letters are those of the contract that the server is held to', async () => {
  const session = await sessionOn(await serve(echoing));
  const both = session.letters.take(200, 1).toString();

  session.adopt(uppercase);

  expect(both).toMatch(/[A-Z]/u);
  expect(session.letters.take(200, 1).toString()).toMatch(/^[a-z]+$/u);
});

test('a server that floods after FIN is known to end no conversation', async () => {
  const session = await sessionOn(await serve(echoing));
  expect(session.knowledge.endsConversations).toBe(true);

  session.learned.sawFloodAfterFin();

  expect(session.knowledge.endsConversations).toBe(false);
});
