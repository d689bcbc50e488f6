// The conversations that are held to both: those of the seed, and the smallest of each regression.
import type { Contract } from '../../contracts/contract.ts';
import type { Failed } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';
import { decodeToken } from '../../payloads/token.ts';
import type { Divergence } from './divergence.ts';
import { conversationOfRecords } from './of-records.ts';
import type { GateOptions } from '../gate-options.ts';
import type { ScheduleOutcome } from '../gate-result.ts';
import { asReference, mayBeTogether } from '../reference.ts';
import { holdToBoth, whyNotHeld, type HeldToBoth } from './hold-to-both.ts';
import { makeConversations } from './make-conversations.ts';
import { conversationOfGiven, type Reply, type TitledConversation } from './of-given.ts';

/** How long the conversations may take on one side, in milliseconds. */
export const conversationsMs = 20_000;
/** Of so many regressions it is told where the two part: each costs conversations with both. */
const mostParted = 6;

/** What came of them, and where the two part in each regression's smallest one, by its id. */
export interface Conversations {
  readonly schedule: ScheduleOutcome;
  readonly parted: ReadonlyMap<string, Divergence>;
}

/**
 * Holds the seed's conversations to both, and with them the smallest of each regression.
 * @param broken the regressions, the most telling first
 */
export async function holdConversations(
  { reference: given, candidate, run, seed, signal, onProgress }: GateOptions,
  contract: Contract,
  ours: Report,
  broken: readonly [string, Failed][],
): Promise<Conversations> {
  const parted = new Map<string, Divergence>();
  const reference = asReference(given);
  const notPlayed = (reason: string): ScheduleOutcome => ({ kind: 'not-played', reason });
  if (ours.unreachable !== null || ours.cutShort !== null) {
    return { schedule: notPlayed('the candidate could not be tested.'), parted };
  }
  const conversations = makeConversations(contract, seed);
  if (conversations.length === 0) {
    return { schedule: notPlayed('somebody has to type at such a server.'), parted };
  }
  onProgress('playing the same conversations to both');
  const shown = broken.slice(0, mostParted).flatMap(([id, verdict]) => {
    const conversation = smallest(id, verdict, contract.reply);
    return conversation === undefined ? [] : [{ id, conversation }];
  });
  let held: HeldToBoth[];
  try {
    held = await holdToBoth(
      reference,
      candidate,
      [...shown.map(({ conversation }) => conversation), ...conversations],
      {
        ...{ contract, seed, signal, limitMs: conversationsMs },
        isTogether: mayBeTogether(reference, candidate),
        // Nobody is accused by what does not come here, so there is no hurry.
        timeoutMs: 2 * (run.timeoutMs ?? 2000),
      },
    );
  } catch (error) {
    return { schedule: notPlayed(whyNotHeld(error)), parted };
  }
  for (const [index, { id }] of shown.entries()) {
    const one = held[index];
    if (one?.kind === 'parted') parted.set(id, one.divergence);
  }
  const ofSchedule = held.slice(shown.length);
  const count = (kind: HeldToBoth['kind']): number =>
    ofSchedule.filter((one) => one.kind === kind).length;
  const heldCount = ofSchedule.length - count('not-held');
  if (heldCount === 0) return { schedule: notPlayed(reference.whyNotPlayed), parted };
  const divergences = ofSchedule.flatMap((one) => (one.kind === 'parted' ? [one.divergence] : []));
  return {
    schedule: {
      kind: 'played',
      conversations: heldCount - count('unsteady'),
      unsteady: count('unsteady'),
      divergences,
    },
    parted,
  };
}

/** The smallest conversation that shows a failure, from its token or its record. */
function smallest(
  id: string,
  { again, conversation }: Failed,
  reply: Reply,
): TitledConversation | undefined {
  const given = again.token === '' ? undefined : decodeToken(again.token).given;
  if (given !== undefined) return conversationOfGiven(given, reply, id);
  return conversationOfRecords(conversation, reply, id);
}
