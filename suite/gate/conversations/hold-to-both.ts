// The same conversations, held to both servers: once, and where they part three times to each, so that
// neither what the reference does otherwise each time nor a stumble is a difference.
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

/** A conversation that parts is held to each side this often in all. */
const timesHeld = 3;
/** Parting once of these may be the machine's doing. */
const leastParted = 2;

export interface HoldOptions extends TalkOptions {
  /** Whether the two may be talked to at the same time. */
  readonly isTogether: boolean;
}

/**
 * What came of each conversation.
 * @throws {TargetUnavailable} when one of the two does not start
 */
export async function holdToBoth(
  reference: Reference,
  candidate: Side,
  conversations: readonly TitledConversation[],
  options: HoldOptions,
): Promise<HeldToBoth[]> {
  const [[theirs = []], [ours = []]] = await both(
    () => reference.play(conversations, 1, options),
    () => playTimes(candidate, conversations, 1, options),
    options.isTogether,
  );
  const suspects = conversations.flatMap((conversation, index) => {
    const isParted = parts(theirs[index], ours[index], clientsOf(theirs[index]));
    return isParted ? [{ conversation, index }] : [];
  });
  const again = suspects.map(({ conversation }) => conversation);
  const isAlike = suspects.length === 0;
  // What differs may hang on time: now nobody disturbs anybody.
  const theirsAgain = isAlike ? [] : await reference.play(again, timesHeld - 1, options);
  const oursAgain = isAlike ? [] : await playTimes(candidate, again, timesHeld - 1, options);
  return conversations.map((conversation, index): HeldToBoth => {
    const [their, our] = [theirs[index], ours[index]];
    if (their === undefined || our === undefined) return { kind: 'not-held' };
    const place = suspects.findIndex((suspect) => suspect.index === index);
    // Where both did the same, nothing is gained by asking whether the reference always does.
    if (place < 0) return { kind: 'alike' };
    const clients = steadyClients([their, ...at(theirsAgain, place)]);
    const held = [our, ...at(oursAgain, place)];
    const failed = held.filter((play) => parts(their, play, clients)).length;
    if (failed < leastParted) return { kind: 'unsteady' };
    const tally = { failed, of: held.length };
    const parted = held.find((play) => parts(their, play, clients));
    const divergence = firstDivergence(conversation, their, parted, clients, tally);
    return divergence === undefined ? { kind: 'unsteady' } : { kind: 'parted', divergence };
  });
}

/** What comes of both, the one begun first: in turn where they cannot run at the same time. */
async function both<One, Other>(
  one: () => Promise<One>,
  other: () => Promise<Other>,
  isTogether: boolean,
): Promise<[One, Other]> {
  if (isTogether) {
    const [first, second] = await Promise.allSettled([one(), other()]);
    if (first.status === 'fulfilled' && second.status === 'fulfilled') {
      return [first.value, second.value];
    }
  }
  return [await one(), await other()];
}

const clientsOf = (play: HeardBySide): ReadonlySet<string> => new Set(play?.keys());

/** One conversation, as it went each time. */
const at = (plays: readonly (readonly HeardBySide[])[], index: number): HeardBySide[] =>
  plays.map((conversations) => conversations[index]);

/** Why nothing was held, when the error says so. */
export function whyNotHeld(error: unknown): string {
  if (error instanceof TargetUnavailable) return error.message;
  throw error;
}
