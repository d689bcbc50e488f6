// What becomes of a server's memory.
import {
  behaviour,
  Untested,
  Violation,
  type Census,
  type Client,
  type World,
} from '../behaviour.ts';
import { servesSeveral } from './leaving.ts';
import { everyKind, look, settled, wellBehaved } from './process-wear.ts';

const mebibyte = 1024 * 1024;

/** 1000 conversations in all, when two rounds are enough. */
const roundClients = 480;
const warmingClients = 40;
/** Fewer leave too little behind to be told from nothing, on a busy machine too. */
const fewestClients = 64;
const roundMs = 700;
/** What is never freed adds up evenly, and that is seen after so many rounds; */
const evenRounds = 5;
/** after fewer when it was seen before. */
const evenRoundsLater = 3;
const evenShare = 0.8;
/**
 * A heap that is collected grows by leaps, less and less, with rounds that add nothing: two of
 * those clear it, and only what goes on like before for so many rounds is kept.
 */
const mostRounds = 12;
const fewestRounds = 8;
const enoughFlatRounds = 2;
const lastingShare = 0.6;
const growingMs = 6000;
/** A smaller growth is below what the kernel counts exactly: per conversation, and per round. */
const leastPerClient = 512;
const leastPerRound = mebibyte / 8;
const settlingMs = 50;
/** A heap is extended by so much at a time (M_TOP_PAD in mallopt(3), and a page): even growth shows in steps. */
const stepBytes = 132 * 1024;

/** How far one census is above another: what is set aside and touched, the lesser of the two. */
const growth = (before: Census, after: Census): number =>
  Math.min(after.residentBytes - before.residentBytes, after.writableBytes - before.writableBytes);

/** Clients of a slow server come several at once, or their number would take too long. */
const slowLanes = 16;

async function round(world: World, clients: number, limitMs: number): Promise<number> {
  const startedMs = performance.now();
  let begun = 0;
  const comeInTurn = async (): Promise<void> => {
    while (begun < clients && (begun < fewestClients || performance.now() - startedMs < limitMs)) {
      begun += 1;
      await wellBehaved(world);
    }
  };
  const lanes = world.knowledge.isSlow && servesSeveral(world) ? slowLanes : 1;
  await Promise.all(Array.from({ length: lanes }, comeInTurn));
  return begun;
}

type Grown =
  | { readonly kind: 'none'; readonly note: string | undefined }
  | {
      readonly kind: 'steady';
      readonly first: Census;
      readonly last: Census;
      readonly clients: number;
      readonly rounds: number;
    };

/** Holds rounds of conversations until it is clear whether the memory grows with them. */
async function steadyGrowth(world: World, evenAfter: number): Promise<Grown> {
  if (world.knowledge.isSlow && !servesSeveral(world)) {
    throw new Untested('so many clients, one at a time, would take too long: the server is slow');
  }
  await round(world, warmingClients, roundMs / 2);
  const first = await look(world);
  const startedMs = performance.now();
  const grown: Round[] = [];
  let last = first;
  let clients = roundClients;
  let held = 0;
  let flatRounds = 0;
  while (grown.length < mostRounds && performance.now() - startedMs < growingMs) {
    // The first tells how many this server serves in the time that a round has.
    clients = await round(world, clients, grown.length === 0 ? roundMs : 2 * roundMs);
    held += clients;
    const after = await settled(world, first, settlingMs, ['processes', 'threads']);
    const added = growth(last, after);
    grown.push({ added, clients });
    last = after;
    flatRounds += added < Math.max(leastPerClient * clients, leastPerRound) ? 1 : 0;
    // A slow server is not asked for a second round in vain.
    if (flatRounds >= (clients < roundClients ? 1 : enoughFlatRounds)) {
      return { kind: 'none', note: noteOf(held, clients) };
    }
    if (grown.length >= evenAfter && flatRounds === 0 && isEven(grown)) break;
  }
  const rounds = grown.length;
  if (isEven(grown) || (rounds >= fewestRounds && isLasting(grown))) {
    return { kind: 'steady', first, last, clients: held, rounds };
  }
  return { kind: 'none', note: 'it grew by leaps, as a heap does that is tidied up later' };
}

/** What a round added, and how many clients it had: on a busy machine a later one has fewer. */
interface Round {
  readonly added: number;
  readonly clients: number;
}

const perClient = ({ added, clients }: Round): number => added / clients;

function isEven(grown: readonly Round[]): boolean {
  const usual = mean(grown.map(perClient));
  return (
    grown.length >= evenRoundsLater &&
    grown.every((one) => one.added + stepBytes >= evenShare * usual * one.clients)
  );
}

/** Whether the later half of the rounds, but for the first two, added about as much as the earlier. */
function isLasting(grown: readonly Round[]): boolean {
  const warm = grown.slice(2).map(perClient);
  const middle = warm.length >> 1;
  return mean(warm.slice(middle)) >= lastingShare * mean(warm.slice(0, middle));
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** What a client that reads nothing may be owed before it counts as without limit. */
const unreadBytes = 64 * mebibyte;
const blockBytes = 4 * mebibyte;
const tooFewBytes = 40 * mebibyte;
/** Kernel buffers on both sides hold some 20 MiB of it; a bounded server little more. */
const keptShare = 0.4;

export const processMemory = [
  behaviour({
    id: 'process/memory-returns',
    level: 'must',
    manner: 'rough',
    clients: 'in-turn',
    needs: ['payload/answers'],
    about: everyKind,
    uses: ['census'],
    requirement:
      'The memory of the server does not grow with each conversation, over 1000 of them.',
    reference: 'malloc(3), free(3); pthread_join(3) frees what a thread held',
    hint: 'What is allocated for a client is not freed when it leaves, or a thread is neither joined nor detached.',

    async check(world) {
      const known = await world.remember('growth', () => Promise.resolve({ isSeen: false }));
      const grown = await steadyGrowth(world, known.isSeen ? evenRoundsLater : evenRounds);
      if (grown.kind === 'none') return grown.note;
      known.isSeen = true;
      const { first, last, clients, rounds } = grown;
      const perClient = Math.round(growth(first, last) / clients);
      throw new Violation(
        `It grew by about ${kibibytes(perClient)} with each conversation, and went on growing.`,
        {
          kind: 'other',
          expected: `about ${mebibytes(first.residentBytes)}, as before`,
          observed: `${mebibytes(last.residentBytes)} after ${clients} conversations, more in each of ${rounds} rounds`,
        },
      );
    },
  }),

  behaviour({
    id: 'process/memory-bounded-by-a-slow-reader',
    level: 'should',
    manner: 'rough',
    clients: 'one',
    needs: ['stream/replies-at-once', 'robustness/survives-a-flood'],
    uses: ['census'],
    skipWhen: ({ serves }) => (serves === 'one' ? 'the contract serves one client' : undefined),
    requirement: 'The server keeps a bounded amount for a client that sends and does not read.',
    reference: 'RFC 9293, 3.8.6 (flow control): who stops reading stops its peer',
    hint: 'Replies are queued in memory without limit: stop reading from a client that does not read (pause(), drain()).',

    async check(world) {
      const wanted = await world.affordableBytes(unreadBytes);
      if (wanted < tooFewBytes) {
        throw new Untested('the server is too slow to be given tens of megabytes');
      }
      const client = await world.connect();
      await world.exchange(client, world.letters(4));
      // What it kept of an earlier such client it may use again.
      const now = await look(world);
      const before = await world.remember('memory before a slow reader', () =>
        Promise.resolve(now),
      );

      client.pauseReading();
      const sending = sendBlocks(client, world.letters(blockBytes), wanted);
      await world.untilFull(client, sending);
      const { sentBytes } = client;
      const after = await look(world);
      client.destroy();
      await sending.catch(() => undefined);

      const grown = growth(before, after);
      if (sentBytes >= wanted && grown > keptShare * wanted) {
        throw new Violation(
          `It took ${mebibytes(sentBytes)} from a client that read nothing, and kept them.`,
          {
            kind: 'other',
            expected: 'that it stops reading when its replies are not read',
            observed: `${mebibytes(grown)} more memory while it owed them`,
          },
        );
      }
      return undefined;
    },
  }),
];

async function sendBlocks(client: Client, block: Buffer, byteCount: number): Promise<void> {
  for (let sent = 0; sent < byteCount; sent += block.length) {
    if ((await client.send(block)) !== 'taken') return;
  }
}

const noteOf = (held: number, clients: number): string | undefined =>
  clients >= roundClients ? undefined : `over ${held} conversations, as each takes its time`;

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
const mebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;
