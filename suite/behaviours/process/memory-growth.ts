// Whether a server's memory grows with its conversations: equal rounds of them, until it is clear.
// Between what is clearly nothing and what is clearly kept lies a gap in which it cannot be told.
import { Untested, type ProcessSnapshot, type World } from '../behaviour.ts';
import { servesSeveral } from '../checks/leaving.ts';
import {
  calmsDown,
  evenRoundsLater,
  isEven,
  isFlat,
  isKept,
  isLasting,
  mostRounds,
  rate,
  roundClients,
  total,
  type Round,
} from './growth-rounds.ts';
import { comeAndGo, look, settled, wellBehaved, type Caller } from './process-wear.ts';

const warmingClients = 40;
/** Fewer leave too little behind to be told from nothing, on a busy machine too. */
const fewestClients = 64;
/** Messages on one connection wait for one another: whoever is slow at so many is not asked for more. */
const fewestMessages = 8;
const roundMs = 700;
/** Clients of a slow server come several at once, or their number would take too long. */
const slowLanes = 32;
/** What is never freed adds up evenly, and that is seen after so many rounds; after fewer when it was seen before. */
const evenRounds = 5;
/**
 * A heap that is collected grows by leaps, less and less, with rounds that add nothing: two of
 * those clear it, and only what goes on like before for so many rounds is kept.
 */
const fewestRounds = 8;
const enoughFlatRounds = 2;
const growingMs = 6000;
const settlingMs = 50;
/**
 * A heap is extended by so much at a time (M_TOP_PAD in mallopt(3), and a page): what is set aside
 * goes up in such steps, while what is touched of it goes up evenly.
 */
const stepBytes = 132 * 1024;

/** A growth is believed when it was seen so many times, each beyond its part of what a heap may grow by. */
const looks = 2;
/** Where no growth would tell anything. */
export const unclearMachine =
  'the memory of a Java or .NET program grows until it is collected, which so little use does not bring about';

/** What became of the memory. */
export type Growth =
  | { readonly kind: 'none'; readonly note: string | undefined }
  | { readonly kind: 'unclear'; readonly reason: string }
  | {
      readonly kind: 'steady';
      readonly perClientBytes: number;
      readonly first: ProcessSnapshot;
      readonly last: ProcessSnapshot;
      readonly clients: number;
      readonly rounds: number;
    };

/** What a server is asked again and again while its memory is looked at. */
export interface Load {
  /** Whole conversations, or messages on one connection, which come one after another. */
  readonly of: 'conversations' | 'messages';
  readonly call: Caller;
}

/** Whole, well-behaved conversations. */
export const conversations: Load = { of: 'conversations', call: wellBehaved };

/**
 * What this server's runtime may set aside before it collects, as far as one look at its memory must go beyond it.
 * @returns bytes; undefined where no growth would tell anything
 */
export async function slackOfALook(world: World): Promise<number | undefined> {
  const slackBytes = (await look(world)).heapSlackBytes();
  return slackBytes === Infinity ? undefined : slackBytes / looks;
}

/**
 * Holds rounds of `load`, until it is clear whether they leave more behind than a collected heap explains.
 * @param slackBytes as {@link slackOfALook} has it
 * @param isSeenBefore when it grew in an earlier look at this server
 */
export async function growthOf(
  world: World,
  load: Load,
  { slackBytes, isSeenBefore }: { readonly slackBytes: number; readonly isSeenBefore: boolean },
): Promise<Growth> {
  if (world.knowledge.isSlow && (load.of === 'messages' || !servesSeveral(world))) {
    throw tooManyInTurn(load);
  }
  const evenAfter = isSeenBefore ? evenRoundsLater : evenRounds;
  const warmed = await round(world, load, warmingClients, roundMs / 2);
  if (load.of === 'messages' && warmed < warmingClients) throw tooManyInTurn(load);
  const first = await look(world);
  const startedMs = performance.now();
  const rounds: Round[] = [];
  let last = first;
  let clients = roundClients;
  while (rounds.length < mostRounds && performance.now() - startedMs < growingMs) {
    // The first tells how many this server serves in the time that a round has.
    clients = await round(world, load, clients, rounds.length === 0 ? roundMs : 2 * roundMs);
    const after = await settled(world, first, settlingMs, ['processes', 'threads']);
    rounds.push({ added: grownSince(first, after) - grownSince(first, last), clients });
    last = after;
    // A slow server is not asked for a second round in vain.
    if (rounds.filter(isFlat).length >= (clients < roundClients ? 1 : enoughFlatRounds)) {
      return { kind: 'none', note: noteOf(rounds, load) };
    }
    if (calmsDown(rounds, slackBytes)) return { kind: 'none', note: calmNote(load, slackBytes) };
    const isBeyondSlack = total(rounds).added > slackBytes;
    if (rounds.length >= evenAfter && isBeyondSlack && isKept(rounds) && isEven(rounds)) break;
  }
  const isSteady = isEven(rounds) || (rounds.length >= fewestRounds && isLasting(rounds));
  if (!isSteady)
    return { kind: 'none', note: 'it grew by leaps, as a heap does that is tidied up later' };
  const perClientBytes = rate(rounds);
  if (!isKept(rounds) || total(rounds).added <= slackBytes) {
    return { kind: 'unclear', reason: unclearReason(rounds, load) };
  }
  const held = total(rounds).clients;
  return { kind: 'steady', perClientBytes, first, last, clients: held, rounds: rounds.length };
}

/** Calls up to `most` times, for at most `limitMs`, and says how often. */
const round = (world: World, { call, of }: Load, most: number, limitMs: number): Promise<number> =>
  comeAndGo(
    world,
    call,
    of === 'messages'
      ? { most, fewest: fewestMessages, limitMs, slowLanes: 1 }
      : { most, fewest: fewestClients, limitMs, slowLanes },
  );

const tooManyInTurn = (load: Load): Untested =>
  new Untested(`so many ${load.of}, one at a time, would take too long`);

/** How far memory went up: what is touched, as far as it was set aside since. */
const grownSince = (first: ProcessSnapshot, now: ProcessSnapshot): number =>
  Math.min(
    now.residentBytes - first.residentBytes,
    now.writableBytes - first.writableBytes + stepBytes,
  );

function noteOf(rounds: readonly Round[], load: Load): string | undefined {
  const isWhole = rounds.every(({ clients }) => clients >= roundClients);
  return isWhole
    ? undefined
    : `measured over ${total(rounds).clients} ${load.of}; more would have taken too long`;
}

/** Says how much could be kept without being told by rounds that went on to the end. */
function calmNote(load: Load, slackBytes: number): string {
  const kibibytes = Math.round(slackBytes / (mostRounds * roundClients) / 1024);
  const one = load.of === 'messages' ? 'message' : 'conversation';
  return `it grew, but less in the end, as a heap does that is tidied up later; a leak of less than about ${kibibytes} KiB with each ${one} would not show`;
}

const unclearReason = (rounds: readonly Round[], load: Load): string =>
  `its memory grew by about ${Math.round(rate(rounds))} bytes with each of ${total(rounds).clients} ${load.of}: too little to tell what is kept from a heap that grows`;
