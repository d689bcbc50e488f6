// How many clients a server serves at once, where that are few: the run goes on with no more of them.
import type { Connection } from '../../../clients/connection/connection.ts';
import type { Session } from './session.ts';

/** Who is not answered for so long, or for four replies, has no place; in milliseconds. */
export const noPlaceMs = 300;

/**
 * Opens clients, each of which is answered, until one is not; and sees that this one is answered, or the next one, once the
 * others have left. Who is there besides is not counted.
 * @param most with so many answered there is no want of places
 * @returns undefined where the server is not seen to have just so many places
 */
export async function findPlaces(session: Session, most: number): Promise<number | undefined> {
  const patienceMs = Math.max(noPlaceMs, 4 * session.deadlines.typicalMs) * session.stretch;
  const served: Connection[] = [];
  try {
    for (let salt = 0; served.length < most; salt += 1) {
      const client = await session.connect('another');
      const answer = answered(session, client, salt);
      if (await within(answer, patienceMs)) {
        served.push(client);
        continue;
      }
      const count = served.length;
      if (count === 0) return undefined;
      for (const one of served.splice(0)) await one.close();
      // One that was let in and closed again has to come once more.
      const isClosed = client.peer.kind !== 'open';
      const later = isClosed ? await session.connect('another') : client;
      const isServed = isClosed ? answered(session, later, salt) : answer;
      const hasRoom = await within(isServed, patienceMs);
      await later.close();
      return hasRoom ? count : undefined;
    }
    return undefined;
  } catch {
    // What keeps a client out is other behaviours' matter.
    return undefined;
  } finally {
    for (const one of served) await one.close();
  }
}

/** Whether `client` gets the right answer to some letters, sooner or later. */
async function answered(session: Session, client: Connection, salt: number): Promise<boolean> {
  const { contract, letters } = session;
  const message = letters.take(6, salt);
  const expected = contract.reply(message);
  try {
    await client.send(message);
    let heard = Buffer.alloc(0);
    while (heard.length < expected.length) {
      const { bytes, end } = await client.receive(expected.length - heard.length, 'its turn');
      heard = Buffer.concat([heard, bytes]);
      if (end !== 'complete') break;
    }
    return heard.equals(expected);
  } catch {
    return false;
  }
}

/** What `answer` comes to within so long, in milliseconds; false where that is too soon for it. */
async function within(answer: Promise<boolean>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
