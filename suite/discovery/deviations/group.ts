// How many messages a server waits for before it answers them all: asked where one alone was not answered.
import { awake } from '../../../clients/awake.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import type { Session } from '../../engine/session/session.ts';
import { begin } from './overheard.ts';

/** So long are the messages: where the same number of them brings an answer, it is no count of bytes. */
const lengths = [1, 5] as const;
const mostMessages = 36;
/** A server that waits for events reads each alone by then; in milliseconds. */
const betweenMs = 5;
/** Messages that a busy server reads together count as one: the fewest of some conversations are its number. */
const mostRounds = 3;

/**
 * How many messages, said one after another without a wait for replies, bring the answer to all of them: as many short
 * ones as longer ones. Undefined where no number does, or one message is answered.
 */
export async function countInAGroup(
  session: Session,
  deviations: readonly Deviation[],
): Promise<number | undefined> {
  const fewest = lengths.map(() => Infinity);
  for (let round = 0; round < mostRounds; round += 1) {
    for (const [nth, length] of lengths.entries()) {
      const count = await countUntilAnswered(session, length, deviations);
      if (count === undefined) return undefined;
      fewest[nth] = Math.min(fewest[nth] ?? Infinity, count);
    }
    if (fewest.every((count) => count === fewest[0])) return fewest[0];
  }
  return undefined;
}

/** How many messages were said when all of them were answered; undefined where one was enough, or none. */
async function countUntilAnswered(
  session: Session,
  length: number,
  deviations: readonly Deviation[],
): Promise<number | undefined> {
  const client = await begin(session, deviations);
  if (client === undefined) return undefined;
  try {
    let count = 0;
    const isToGoOn = (): boolean => client.unreadBytes === 0 && client.peer.kind === 'open';
    while (isToGoOn() && count < mostMessages) {
      await client.send(session.letters.take(length, count));
      count += 1;
      await awake(betweenMs);
    }
    return count > 1 && client.unreadBytes === count * length ? count : undefined;
  } finally {
    client.destroy();
  }
}
