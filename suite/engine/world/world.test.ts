// What an attempt remembers of its clients.
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { clientName } from '../../../clients/client-name.ts';
import { onLoopback } from '../../../fixtures/support/loopback.ts';
import { madeUp } from '../../../fixtures/support/made-up.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import { behaviour, Violation } from '../../behaviours/behaviour.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import type { RunEvent } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import { run } from '../run.ts';

it('tells of the client that was not served, however many came behind it', async () => {
  const served: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    served.push(socket);
    socket.pipe(socket);
    // Whoever waits for long is told to go when there is a crowd.
    if (served.length === 100) served[60]?.end();
  });
  const target = addressTarget({ host: '127.0.0.1', port: await onLoopback(server) });
  const crowd = behaviours.filter(({ id }) => id === 'concurrency/crowd');
  const events: RunEvent[] = [];

  const options = { target, contract: echo, behaviours: crowd, clients: 120, seed: 1 };
  for await (const event of run(options)) events.push(event);

  const { verdict } = summarise(events).behaviours[0] ?? {};
  const records = verdict?.kind === 'failed' ? verdict.conversation : [];
  const kinds = records.flatMap(({ entries }) => entries.map(({ kind }) => kind));
  expect(kinds).toContain('fin-received');
}, 60_000);

it('tells of the last clients and closes the first, where hundreds came and went between', async () => {
  let openCount = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    openCount += 1;
    socket.on('close', () => (openCount -= 1)).pipe(socket);
  });
  const target = addressTarget({ host: '127.0.0.1', port: await onLoopback(server) });
  const comesAndGoes = behaviour({
    ...madeUp,
    finds: ['other'],
    async check({ connect, exchange, letters }) {
      await exchange(await connect(), letters(4));
      for (let nth = 0; nth < 200; nth += 1) {
        const client = await connect();
        await exchange(client, letters(4));
        await client.close();
      }
      throw new Violation('Enough.', { kind: 'other', expected: 'more', observed: 'enough' });
    },
  });
  const events: RunEvent[] = [];

  const options = { target, contract: echo, behaviours: [comesAndGoes], seed: 1 };
  for await (const event of run(options)) events.push(event);

  const { verdict } = summarise(events).behaviours[0] ?? {};
  const records = verdict?.kind === 'failed' ? verdict.conversation : [];
  expect(records.map(({ client }) => client)).toEqual(
    [195, 196, 197, 198, 199, 200].map(clientName),
  );
  await expect.poll(() => openCount).toBe(0);
}, 60_000);

it('tells of both of two clients that waited at once, whichever was found first', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('end', () => socket.end());
    socket.resume();
  });
  const target = addressTarget({ host: '127.0.0.1', port: await onLoopback(server) });
  const waitsTwice = behaviour({
    ...madeUp,
    finds: ['silence'],
    async check({ connect, exchange, letters }) {
      const clients = [await connect(), await connect()];
      for (let nth = 0; nth < 6; nth += 1) await connect();
      const late = clients.toReversed().map((client) => exchange(client, letters(4)));
      const [, second] = await Promise.allSettled(late);
      if (second?.status === 'rejected') throw second.reason;
    },
  });
  const events: RunEvent[] = [];

  const options = { target, contract: echo, behaviours: [waitsTwice], seed: 1 };
  for await (const event of run(options)) events.push(event);

  const { verdict } = summarise(events).behaviours[0] ?? {};
  const records = verdict?.kind === 'failed' ? verdict.conversation : [];
  expect(records.map(({ client }) => client)).toEqual([0, 1, 4, 5, 6, 7].map(clientName));
}, 60_000);
