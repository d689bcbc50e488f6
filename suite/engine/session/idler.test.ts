// The clients that stay beside all others of a run, and the one that says nothing, which may come later.
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { echo, serve } from '../../../fixtures/support/loopback.ts';
import { sessionOn } from '../../../fixtures/support/session-with.ts';
import type { Session } from './session.ts';

/** A session with a server that has `converse` serve, told which clients are there, those before this one first. */
async function sessionOf(
  converse: (socket: Socket, there: ReadonlySet<Socket>) => void,
): Promise<{ session: Session; there: ReadonlySet<Socket> }> {
  const there = new Set<Socket>();
  const port = await serve((socket) => {
    there.add(socket.on('close', () => there.delete(socket)));
    converse(socket, there);
  });
  return { session: await sessionOn(port), there };
}

test('one that says nothing may come where few places were taken up, and is handed over once', async () => {
  const { session } = await sessionOf((socket, there) => {
    if (there.size <= 4) echo(socket);
    else socket.resume();
  });
  await session.idler.open(true);
  expect(session.learned.needsOneLane).toBe(true);
  expect(session.idler.count).toBe(0);

  await session.idler.openMute();
  await session.idler.openMute();

  expect(session.idler.count).toBe(1);
  expect(session.idler.takeMute()?.client.peer.kind).toBe('open');
  await session.idler.openMute();
  expect(session.idler.takeMute()).toBeUndefined();
});

test('none comes later that was in the way of others', async () => {
  const { session, there } = await sessionOf((socket, others) => {
    // Who comes later waits until the first of them has said something.
    const [first] = others;
    if (first === undefined || first === socket) echo(socket);
    else if (first.bytesRead > 0) echo(socket);
    else first.once('data', () => echo(socket));
  });
  await session.idler.open(true);
  expect(session.idler.count).toBe(1);

  session.idler.take()?.destroy();
  await expect.poll(() => there.size).toBe(0);
  await session.idler.openMute();

  expect(session.idler.count).toBe(0);
  expect(session.idler.takeMute()).toBeUndefined();
});

test('none comes where nobody asked for one, or a second client is not served', async () => {
  const { session } = await sessionOf(echo);
  await session.idler.open(false);
  await session.idler.openMute();
  expect(session.idler.takeMute()).toBeUndefined();

  const other = await sessionOf(echo);
  other.session.learnServesTogether(false);
  await other.session.idler.open(true);
  await other.session.idler.openMute();
  expect(other.session.idler.takeMute()).toBeUndefined();
});

test('where it was ended, it is known how long another has to idle to come to that', async () => {
  const { session } = await sessionOf((socket) => {
    echo(socket);
    setTimeout(() => socket.end(), 300);
  });
  await session.idler.open(false);
  await expect.poll(() => session.idler.count).toBe(0);

  session.idler.take();

  expect(session.idler.toTheEndMs).toBeGreaterThan(300);
  expect(session.idler.toTheEndMs).toBeLessThan(1000);
});

test.each([
  ['wait', (socket: Socket): void => void socket.resume()],
  ['are closed', (socket: Socket): void => void socket.destroy()],
])('none stays where so many others as come at once %s', async (_, turnAway) => {
  const { session } = await sessionOf((socket, others) => {
    if (others.size <= 10) echo(socket);
    else turnAway(socket);
  });

  await session.idler.open(true);

  expect(session.learned.needsOneLane).toBe(true);
  expect(session.idler.count).toBe(0);
});
