// What becomes of a server's memory.
import { behaviour, Untested, Violation, type Client, type World } from '../behaviour.ts';
import {
  conversations,
  growthOf,
  slackOfALook,
  unclearMachine,
  type Growth,
  type Load,
} from './memory-growth.ts';
import { engaged } from '../checks/leaving.ts';
import { everyKind, look } from './process-wear.ts';

const mebibyte = 1024 * 1024;

/**
 * Looks whether it grows, at a server just started where we can: what earlier crowds left free in
 * its heap would hide a leak until it is used up. A heap that is collected grows while it is young,
 * so growth there is believed only when it goes on in a second look.
 */
async function growthOfAFresh(
  world: World,
  begin: (world: World) => Promise<Load>,
): Promise<Growth> {
  // Asked of the server that is there: where nothing could be told, none is started for it.
  const slackBytes = await slackOfALook(world);
  if (slackBytes === undefined) return { kind: 'unclear', reason: unclearMachine };
  const { lifecycle, isUnmet, renew, remember } = world.processes;
  const learn = (): Promise<{ isFresh: boolean; isSeen: boolean }> =>
    remember('growth', () => Promise.resolve({ isFresh: false, isSeen: false }));
  if (!(await learn()).isFresh && !isUnmet() && lifecycle !== undefined) await renew(0);
  const known = await learn();
  known.isFresh = true;
  const load = await begin(world);
  const isConversations = load.of === 'conversations';
  const growth = (current: Load, isSeenBefore: boolean): Promise<Growth> =>
    growthOf(world, current, { slackBytes, isSeenBefore });
  let grown = await growth(load, isConversations && known.isSeen);
  if (grown.kind !== 'steady') return grown;
  if (isConversations) {
    if (!known.isSeen) grown = await growth(load, true);
    if (grown.kind === 'steady') known.isSeen = true;
    return grown;
  }
  // What was freed at the end of a connection hides what the next one keeps: the next look needs a fresh server.
  known.isFresh = false;
  grown = await growth(lifecycle === undefined ? await begin(world) : load, true);
  return grown.kind === 'none' ? { kind: 'unclear', reason: onceOnly } : grown;
}

const onceOnly =
  'its memory grew with the messages of one connection, but not when it was measured again: what was freed before may be used again';

/** @throws {Violation} when it grew, {@link Untested} when that cannot be told */
function expectNoGrowth(grown: Growth, one: string, many: string): string | undefined {
  if (grown.kind === 'none') return grown.note;
  if (grown.kind === 'unclear') throw new Untested(grown.reason);
  const { perClientBytes, first, last, clients, rounds } = grown;
  throw new Violation(
    `The server’s memory grew by about ${kibibytes(perClientBytes)} with each ${one} and kept growing.`,
    {
      kind: 'other',
      expected: `about ${mebibytes(first.residentBytes)}, as before`,
      observed: `${mebibytes(last.residentBytes)} after ${clients} ${many}, more in each of ${rounds} rounds`,
    },
  );
}

/** Small enough for a buffer of 1 KiB, and clearly more than what is kept of nothing; bytes. */
const messageBytes = 600;

/** Messages on one connection, each answered before the next. */
async function onOneConnection(world: World): Promise<Load> {
  const client = await world.connect();
  const message = world.letters(messageBytes);
  return { of: 'messages', call: ({ exchange }) => exchange(client, message) };
}

/** What a client that reads nothing may be owed before it counts as without limit. */
const unreadBytes = 64 * mebibyte;
/** Of it nothing is read: the transfer takes less time than others, and may take more shares. */
const transferShares = 4;
const blockBytes = 4 * mebibyte;
const lineBytes = 16 * 1024;
const tooFewBytes = 40 * mebibyte;
/** Kernel buffers on both sides hold some 20 MiB of it; a bounded server little more. */
const keptShare = 0.4;

export const processMemory = [
  behaviour({
    id: 'process/memory-returns',
    level: 'must',
    manner: 'rough',
    clients: 'in-turn',
    // Each connection, thread or child that is kept has memory of its own.
    needs: ['payload/answers', 'process/closes-descriptors', 'process/ends-threads-and-children'],
    // Where no growth would tell anything, none is started for it.
    wantsFresh: (now) => now.heapSlackBytes() !== Infinity,
    about: everyKind,
    uses: ['processes'],
    finds: ['other'],
    requirement: 'The server’s memory does not keep growing as it serves more conversations.',
    reference: 'malloc(3), free(3); pthread_join(3) frees what a thread held',
    hint: 'What is allocated for a client is not freed when it leaves, or a thread is neither joined nor detached.',

    async check(world) {
      const grown = await growthOfAFresh(world, () => Promise.resolve(conversations));
      return expectNoGrowth(grown, 'conversation', 'conversations');
    },
  }),

  behaviour({
    id: 'process/memory-steady-on-one-connection',
    level: 'must',
    manner: 'rough',
    clients: 'one',
    needs: ['stream/many-messages-on-one-connection', 'process/memory-returns'],
    about: ['by-byte'],
    uses: ['processes'],
    finds: ['other'],
    skipWhen: ({ serves }) =>
      serves === 'one' ? 'under this contract the server serves one client' : undefined,
    requirement: 'The server’s memory does not keep growing with the messages of one connection.',
    reference: 'malloc(3), free(3): what was sent back is not needed any more',
    hint: 'Each message is kept: in a list or a log, or allocated and never freed.',

    async check(world) {
      const grown = await growthOfAFresh(world, onOneConnection);
      return expectNoGrowth(grown, 'message', 'messages on one connection');
    },
  }),

  behaviour({
    id: 'process/memory-bounded-by-a-slow-reader',
    level: 'should',
    manner: 'rough',
    clients: 'one',
    needs: ['stream/replies-at-once', 'robustness/survives-a-flood'],
    uses: ['processes'],
    finds: ['other'],
    skipWhen: ({ serves }) =>
      serves === 'one' ? 'under this contract the server serves one client' : undefined,
    requirement: 'The server keeps a bounded amount for a client that sends and does not read.',
    reference: 'RFC 9293, 3.8.6 (flow control): who stops reading stops its peer',
    hint: 'Replies are queued in memory without limit: stop reading from a client that does not read (pause(), drain()).',

    async check(world) {
      const wanted = await world.affordableBytes(unreadBytes, transferShares);
      if (wanted < tooFewBytes) {
        throw new Untested('tens of megabytes would have taken too long');
      }
      const client = await engaged(world);
      // What it kept of an earlier such client it may use again.
      const now = await look(world);
      const before = await world.processes.remember('memory before a slow reader', () =>
        Promise.resolve(now),
      );

      client.pauseReading();
      const sending = sendBlocks(client, inLines(world.letters(blockBytes)), wanted);
      await world.untilFull(client, sending);
      const { sentBytes } = client;
      const after = await look(world);
      client.destroy();
      await sending.catch(() => undefined);

      const grown = Math.min(
        after.residentBytes - before.residentBytes,
        after.writableBytes - before.writableBytes,
      );
      if (sentBytes >= wanted && grown > keptShare * wanted) {
        throw new Violation(
          `It took ${mebibytes(sentBytes)} from a client that read nothing, and its memory grew with that.`,
          {
            kind: 'other',
            expected: 'that it stops reading when its replies are not read',
            observed: `${mebibytes(grown)} more memory while it owed them`,
          },
        );
      }
    },
  }),
];

/** With a newline now and then: a server that answers lines owes nothing for a line that has no end yet. */
function inLines(letters: Buffer): Buffer {
  const lines = Buffer.from(letters);
  for (let at = lineBytes - 1; at < lines.length; at += lineBytes) lines[at] = 0x0a;
  return lines;
}

async function sendBlocks(client: Client, block: Buffer, byteCount: number): Promise<void> {
  for (let sent = 0; sent < byteCount; sent += block.length) {
    if ((await client.send(block)) !== 'taken') return;
  }
}

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
const mebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;
