// The same conversations, held to both servers: to the reference twice, so that what differs from
// itself is no difference; and again where the candidate parts, so that a stumble is none either.
import { TargetUnavailable } from '../../../targets/target.ts';
import { firstDivergence, parts, steadyClients, type Divergence } from './divergence.ts';
import type { TitledConversation } from './of-given.ts';
import type { HeardBySide } from './play-to-side.ts';
import { playTimes, type Reference } from '../reference.ts';
import type { Side, TalkOptions } from '../side.ts';

/** What came of one conversation. */
export type HeldToBoth =
  | { readonly kind: 'alike' }
  | { readonly kind: 'parted'; readonly divergence: Divergence }
  /** The reference differed from itself, or the candidate did not part again. */
  | { readonly kind: 'unsteady' }
  | { readonly kind: 'not-held' };

/** A conversation that parts is held to the candidate this often in all. */
const timesHeld = 3;
/** Parting once of these may be the machine's doing. */
const leastParted = 2;

/**
 * What came of each conversation.
 * @throws {TargetUnavailable} when one of the two does not start
 */
export async function holdToBoth(
  reference: Reference,
  candidate: Side,
  conversations: readonly TitledConversation[],
  options: TalkOptions,
): Promise<HeldToBoth[]> {
  const theirs = await reference.play(conversations, 2, options);
  const [ours = []] = await playTimes(candidate, conversations, 1, options);
  const steady = conversations.map((_, index) => steadyClients(at(theirs, index)));
  const suspects = conversations.flatMap((conversation, index) => {
    const clients = steady[index] ?? new Set();
    const isParted = parts(theirs[0]?.[index], ours[index], clients);
    return isParted ? [{ conversation, index, clients }] : [];
  });
  const again = suspects.map(({ conversation }) => conversation);
  const theirsAgain = suspects.length === 0 ? [] : await reference.play(again, 1, options);
  const oursAgain =
    suspects.length === 0 ? [] : await playTimes(candidate, again, timesHeld - 1, options);
  return conversations.map((conversation, index): HeldToBoth => {
    const [first, second] = at(theirs, index);
    const our = ours[index];
    if (first === undefined || second === undefined || our === undefined)
      return { kind: 'not-held' };
    const place = suspects.findIndex((suspect) => suspect.index === index);
    const suspect = suspects[place];
    if (suspect === undefined) {
      return { kind: (steady[index]?.size ?? 0) < first.size ? 'unsteady' : 'alike' };
    }
    const clients = new Set(
      [...suspect.clients].filter((client) =>
        steadyClients([first, ...at(theirsAgain, place)]).has(client),
      ),
    );
    const held = [our, ...at(oursAgain, place)];
    const failed = held.filter((play) => parts(first, play, clients)).length;
    if (failed < leastParted) return { kind: 'unsteady' };
    const tally = { failed, of: held.length };
    const parted = held.find((play) => parts(first, play, clients));
    const divergence = firstDivergence(conversation, first, parted, clients, tally);
    return divergence === undefined ? { kind: 'unsteady' } : { kind: 'parted', divergence };
  });
}

/** One conversation, as it went each time. */
const at = (plays: readonly (readonly HeardBySide[])[], index: number): HeardBySide[] =>
  plays.map((conversations) => conversations[index]);

/** Why nothing was held, when the error says so. */
export function whyNotHeld(error: unknown): string {
  if (error instanceof TargetUnavailable) return error.message;
  throw error;
}
