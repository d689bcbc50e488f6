// Whether a server that was silent answers when it has heard a number of messages, whatever their size.
import type { World } from '../behaviour.ts';

/** So long are the messages: where the same number of them brings an answer, it is no count of bytes. */
const lengths = [1, 5] as const;
/** As many as a record keeps in full, with what comes before and behind them. */
const mostMessages = 36;
/** A server that waits for events reads each alone by then; in milliseconds. */
const betweenMs = 5;
/** Messages that a busy server reads together count as one: the fewest of some conversations are its number. */
const mostRounds = 3;

/**
 * Says one short message after another on fresh connections, without a wait for replies, until something comes.
 * @returns whether the same number of messages brought an answer to all of them, of short ones and of longer ones
 */
export async function askWhetherManyBringAnAnswer(world: World): Promise<boolean> {
  const fewest = lengths.map(() => Infinity);
  for (let round = 0; round < mostRounds; round += 1) {
    for (const [nth, length] of lengths.entries()) {
      const count = await countUntilAnswered(world, length);
      if (count === undefined) return false;
      fewest[nth] = Math.min(fewest[nth] ?? Infinity, count);
    }
    if (fewest.every((count) => count === fewest[0])) return true;
  }
  return false;
}

/** How many messages were said when all of them were answered; undefined where one was enough, or none. */
async function countUntilAnswered(
  { connect, letters, pause }: World,
  length: number,
): Promise<number | undefined> {
  const client = await connect();
  let count = 0;
  while (client.receivedBytes === 0 && client.peer.kind === 'open' && count < mostMessages) {
    await client.send(letters(length, count));
    count += 1;
    await pause(betweenMs);
  }
  client.halfClose();
  return count > 1 && client.receivedBytes === client.sentBytes ? count : undefined;
}
