// A generated conversation, played for a check: what a client is owed is held to the oracle, and a client that leaves
// ends as any client of a check does.
import type { Mismatch } from '../../../clients/conversation/played.ts';
import { play } from '../../../clients/conversation/play.ts';
import { settled } from '../../../clients/conversation/write-conversation.ts';
import type { World } from '../../behaviours/behaviour.ts';
import { expectReply, notLetIn } from '../../behaviours/expect.ts';
import type { Given } from '../../behaviours/given.ts';

type Used = Pick<World, 'connect' | 'finish' | 'reply'>;

/**
 * Plays `given`, and lets every client that is left collect what it is owed.
 * @throws {Violation} at the first reply that is not the one that is due, or when a client is not let in
 * @throws {ConnectFailed} when the very first is not
 */
export async function playGiven({ connect, finish, reply }: Used, given: Given): Promise<void> {
  const played = await play(settled(given, reply), {
    connect: () => connect(),
    onlyReplies: { meetEnd: finish },
  });
  if (played.kind === 'mismatch') refuse(played.mismatch);
}

/** Says it as a check does that awaits each reply by itself. */
function refuse(mismatch: Mismatch): void {
  if (mismatch.kind === 'refused') throw notLetIn(mismatch.code);
  if (mismatch.kind === 'reply') expectReply(mismatch.received, mismatch.expected);
  throw new TypeError(`A generated conversation awaits replies, and came to ${mismatch.kind}.`);
}
