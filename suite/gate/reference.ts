// What a gate asks of its reference: a server that runs, or the record of one.
import { availableParallelism } from 'node:os';
import type { Behaviour } from '../behaviours/behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import type { TitledConversation } from './conversations/of-given.ts';
import { playToSide, type HeardBySide } from './conversations/play-to-side.ts';
import { judgeSide, talkTo, type Judged, type JudgeSideOptions, type Side } from './side.ts';
import type { TalkOptions } from './side.ts';

export interface Reference {
  /** What judging it is, for whoever waits. */
  readonly doing: string;
  /** Whether a candidate may be tested while this is: see {@link Side}. */
  readonly isApart: boolean;
  /**
   * What it keeps and breaks.
   * @param onContract told what it is held to, as soon as that is known
   */
  readonly judge: (
    options: JudgeSideOptions,
    onContract?: (contract: Contract) => void,
  ) => Promise<Judged>;
  /**
   * What its clients heard in each conversation, so many times over.
   * @throws {TargetUnavailable} when it does not start
   */
  readonly play: (
    conversations: readonly TitledConversation[],
    times: number,
    options: TalkOptions,
  ) => Promise<HeardBySide[][]>;
  /** Why there is nothing to hear in any of them. */
  readonly whyNotPlayed: string;
  /** What a reader has to know of it beside its verdicts on these. */
  readonly notices: (behaviours: readonly Behaviour[]) => readonly string[];
}

/** A server that runs, or is started each time. */
function liveReference(side: Side): Reference {
  return {
    doing: 'testing the reference',
    isApart: side.isApart === true,
    judge: (options, onContract) => judgeSide(side, options, onContract),
    play: (conversations, times, options) => playTimes(side, conversations, times, options),
    whyNotPlayed: 'the server could not be reached again.',
    notices: () => [],
  };
}

/** Whether the two can be run at the same time: a server and its clients want a processor each. */
export const mayBeTogether = (reference: Reference, candidate: Side): boolean =>
  reference.isApart && candidate.isApart === true && availableParallelism() > 1;

/** As it was given, or a server made one. */
export function asReference(given: Side | Reference): Reference {
  return 'judge' in given ? given : liveReference(given);
}

/**
 * Plays the conversations to one side, so many times over.
 * @throws {TargetUnavailable} when it does not start
 */
export async function playTimes(
  side: Side,
  conversations: readonly TitledConversation[],
  times: number,
  options: TalkOptions,
): Promise<HeardBySide[][]> {
  return await talkTo(side, options, async (session, endsAtMs) => {
    const plays: HeardBySide[][] = [];
    for (let time = 0; time < times; time += 1) {
      // The second time need not be slower for what the first one took.
      const untilMs = performance.now() + (endsAtMs - performance.now()) / (times - time);
      plays.push(await playToSide(session, conversations, untilMs));
    }
    return plays;
  });
}
