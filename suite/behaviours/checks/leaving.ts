// Clients that leave a server in the midst of things.
import type { Client, World } from '../behaviour.ts';
import { roomFor } from './room.ts';

/** Whether several clients are served at once here, by contract and as was seen. */
export const servesSeveral = ({ knowledge, contract }: World): boolean =>
  knowledge.servesTogether && contract.serves === 'many';

/** A server that calls accept() at all has done so by then, in milliseconds. */
const acceptingMs = 300;
const betweenLooksMs = 10;

/** False where the server left its client in the queue, for long enough to have called accept(). */
export async function isLetIn(world: World, client: Client): Promise<boolean> {
  const untilMs = performance.now() + acceptingMs;
  while (world.farEnd(client)?.isAccepted === false) {
    if (performance.now() >= untilMs) return false;
    await world.pause(betweenLooksMs);
  }
  return true;
}

/** A server takes a client from its queue in that time, as a rule, in milliseconds. */
const comingInMs = 1;

/**
 * A client that is in the midst of things: one round trip behind it, with other letters for each `salt`. Where that
 * would be the only one that it can have, it has had the time to come in.
 */
export async function engaged(world: World, salt = 0): Promise<Client> {
  const { connect, exchange, letters, knowledge, pause } = world;
  const client = await connect();
  if (knowledge.answersOnce) await pause(comingInMs);
  else await exchange(client, letters(5, salt));
  return client;
}

/**
 * Does something so many times, one after another; side by side where each would be waited for. A
 * slow server that serves clients in turn gets fewer of them.
 */
export async function severalTimes(
  world: World,
  times: number,
  act: (nth: number) => Promise<void>,
): Promise<void> {
  if (!world.knowledge.isSlow || !servesSeveral(world)) {
    for (const nth of world.rounds(times)) await act(nth);
    return;
  }
  await world.sideBySide(times, (_, nth) => act(nth));
}

/** Leaves with replies unread and more of them due: closing then makes the kernel send RST at once. */
export async function leaveUnread(world: World): Promise<void> {
  const client = await engaged(world);
  client.pauseReading();
  const sending = client.send(world.letters(256 * 1024));
  await Promise.race([sending, world.pause(2)]);
  client.destroy();
  await sending.catch(() => undefined);
}

/** Not more than a short table holds, or a backlog. */
const leavers = 4;
/** One who stays, and one who comes. */
const besides = 2;

/**
 * Closing before any reply has come sends FIN, and RST only in answer to the first reply: the second
 * one is what raises SIGPIPE, see write(2). A server that is quick has replied before one of them
 * has left; with several it is still busy with the others.
 */
export async function leaveBeforeTheReply(world: World): Promise<void> {
  const clients: Client[] = [];
  const count = servesSeveral(world) ? Math.max(1, roomFor(world, leavers + besides) - besides) : 1;
  await severalTimes(world, count, async () => {
    clients.push(await engaged(world));
  });
  const bytes = world.letters(64 * 1024);
  const leaving = clients.map((client) => {
    const sending = client.send(bytes);
    client.destroy();
    return sending.catch(() => undefined);
  });
  await Promise.all(leaving);
}
