// A conversation that asks for what a server does otherwise, and all that came of it.
import { awake } from '../../../clients/awake.ts';
import type { Connection } from '../../../clients/connection/connection.ts';
import { ConnectFailed } from '../../../clients/faults.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Session } from '../../engine/session/session.ts';

/** What does not come so soon is taken for silence here: a right guess is held to more before it is believed. */
const shortestWaitMs = 250;
const lookMs = 10;
const nothing = Buffer.alloc(0);

/** How long something is listened for, in milliseconds. */
const patienceMs = ({ deadlines, stretch }: Session): number =>
  Math.min(deadlines.fullMs('reply'), stretch * Math.max(shortestWaitMs, 8 * deadlines.slowestMs));

/**
 * Listens until so many bytes are there, nothing more comes, or the server has ended its side. What is known not to
 * come is not listened for at length again.
 */
async function listen(session: Session, client: Connection, byteCount: number): Promise<boolean> {
  const { deadlines } = session;
  const awaited = byteCount === Infinity ? 'fin' : 'reply';
  const startedMs = performance.now();
  const untilMs = startedMs + patienceMs(session);
  const isOver = (): boolean => client.unreadBytes >= byteCount || client.peer.kind !== 'open';
  while (!isOver() && performance.now() <= untilMs) await awake(lookMs);
  const isInVain = !isOver();
  const { client: name } = client.transcript;
  deadlines.sawWait({ awaited, client: name, startedMs, isInVain, isInFull: false });
  return client.unreadBytes >= byteCount;
}

/** Listens until the server has ended its side; where it was seen not to, only until nothing more comes. */
async function listenToTheEnd(session: Session, client: Connection): Promise<void> {
  if (neverEnding.has(session)) {
    await settle(client);
    return;
  }
  await listen(session, client, Infinity);
  if (client.peer.kind === 'open') neverEnding.add(session);
}

/** Those whose server did not end its side in time when it was listened to: nobody listens so long again. */
const neverEnding = new WeakSet<Session>();

/** What is said, and how. */
export interface Asking {
  readonly messages: readonly Buffer[];
  /** Ends its side behind each message, which then has a connection of its own. */
  readonly isAtFin?: boolean;
  readonly deviations: readonly Deviation[];
}

/** All that came back; undefined where the server was silent, or let nobody in. */
export async function overhear(
  session: Session,
  { messages, isAtFin = false, deviations }: Asking,
): Promise<Buffer | undefined> {
  const heard: Buffer[] = [];
  const conversations = isAtFin ? messages.map((one) => [one]) : [messages];
  for (const conversation of conversations) {
    const client = await begin(session, deviations);
    if (client === undefined) return undefined;
    try {
      let dueBytes = 0;
      for (const message of conversation) {
        dueBytes = client.unreadBytes + 1;
        if (isAtFin) client.halfClose(message);
        else await client.send(message);
        if (!(await listen(session, client, dueBytes))) return undefined;
        // A reply in several pieces is let come to its end: nothing but silence tells where that is.
        await listen(session, client, dueBytes + message.length - 1);
        await settle(client);
      }
      if (!isAtFin) client.halfClose();
      await listenToTheEnd(session, client);
      heard.push((await client.receive(client.unreadBytes)).bytes);
    } finally {
      client.destroy();
    }
  }
  return Buffer.concat(heard);
}

/** What the server says to a client that says nothing; empty where that is nothing. */
export async function listenTo(session: Session): Promise<Buffer> {
  const client = await begin(session, []);
  if (client === undefined) return nothing;
  try {
    await listen(session, client, 1);
    await settle(client);
    return (await client.receive(client.unreadBytes)).bytes;
  } finally {
    client.destroy();
  }
}

/** Whether the server replies to the first message and then ends the conversation, though its client does not. */
export async function isEndedBehindReply(
  session: Session,
  { messages: [message = nothing], deviations }: Omit<Asking, 'isAtFin'>,
): Promise<boolean> {
  const client = await begin(session, deviations);
  if (client === undefined) return false;
  try {
    await client.send(message);
    if (!(await listen(session, client, 1))) return false;
    await listen(session, client, Infinity);
    return client.peer.kind !== 'open';
  } finally {
    client.destroy();
  }
}

/**
 * Whether nothing comes of a first message until a second is said, then as many bytes as the first has, and those of the
 * second only when the client has ended its side.
 */
export async function isKeptUntilTheNext(
  session: Session,
  { messages: [first = nothing, second = nothing], deviations }: Omit<Asking, 'isAtFin'>,
): Promise<boolean> {
  const client = await begin(session, deviations);
  if (client === undefined) return false;
  try {
    await client.send(first);
    // So that the server reads the two apart.
    await settle(client);
    if (client.unreadBytes > 0) return false;
    await client.send(second);
    await listen(session, client, first.length);
    await settle(client);
    if (client.unreadBytes !== first.length) return false;
    client.halfClose();
    await listenToTheEnd(session, client);
    return client.unreadBytes === first.length + second.length;
  } finally {
    client.destroy();
  }
}

/** Waits until nothing has come for a moment. */
async function settle(client: Connection): Promise<void> {
  let before = -1;
  for (let looks = 0; looks < 20 && before !== client.unreadBytes; looks += 1) {
    before = client.unreadBytes;
    await awake(2 * lookMs);
  }
}

/** A client of its own; undefined where the server lets nobody in. */
export async function begin(
  session: Session,
  deviations: readonly Deviation[],
): Promise<Connection | undefined> {
  try {
    return await session.connect('deviation', session.options.signal, session.scope, deviations);
  } catch (error) {
    if (error instanceof ConnectFailed) return undefined;
    throw error;
  }
}

/** Whether each message gets exactly what is due to it, apart from `deviations`, and nothing follows. */
export async function isRightApartFrom(
  session: Session,
  { messages, deviations }: Asking,
): Promise<boolean> {
  const { reply } = session.contract;
  const isOneEach = deviations.some(({ answersOnce }) => answersOnce === true);
  for (const conversation of isOneEach ? messages.map((one) => [one]) : [messages]) {
    const client = await begin(session, deviations);
    if (client === undefined) return false;
    try {
      for (const message of conversation) {
        const due = reply(message);
        const [, { bytes }] = await Promise.all([client.send(message), client.receive(due.length)]);
        if (!bytes.equals(due)) return false;
      }
      await settle(client);
      if (client.unreadBytes > 0) return false;
    } finally {
      client.destroy();
    }
  }
  return true;
}
