// What becomes of a server's memory.
import { behaviour, Untested, Violation, type Client, type World } from '../behaviour.ts';
import { growthOf, type Growth } from './memory-growth.ts';
import { everyKind, look } from './process-wear.ts';

const mebibyte = 1024 * 1024;

/**
 * Looks whether it grows, at a server just started where we can: what earlier crowds left free in
 * its heap would hide a leak until it is used up. A heap that is collected grows while it is young,
 * so growth there is believed only when it goes on in a second look.
 */
async function growthOfAFresh(world: World): Promise<Growth> {
  const learn = (): Promise<{ isFresh: boolean; isSeen: boolean }> =>
    world.processes.remember('growth', () => Promise.resolve({ isFresh: false, isSeen: false }));
  let known = await learn();
  if (!known.isFresh && world.processes.lifecycle !== undefined) {
    await world.processes.renew(0);
    known = await learn();
    known.isFresh = true;
  }
  let grown = await growthOf(world, known.isSeen);
  if (grown.kind === 'steady' && !known.isSeen) grown = await growthOf(world, true);
  if (grown.kind === 'steady') known.isSeen = true;
  return grown;
}

/** What a client that reads nothing may be owed before it counts as without limit. */
const unreadBytes = 64 * mebibyte;
/** Of it nothing is read: the transfer takes less time than others, and may take more shares. */
const transferShares = 4;
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
    // Each connection, thread or child that is kept has memory of its own.
    needs: ['payload/answers', 'process/closes-descriptors', 'process/ends-threads-and-children'],
    about: everyKind,
    uses: ['processes'],
    finds: ['other'],
    requirement: 'The server’s memory does not keep growing as it serves more conversations.',
    reference: 'malloc(3), free(3); pthread_join(3) frees what a thread held',
    hint: 'What is allocated for a client is not freed when it leaves, or a thread is neither joined nor detached.',

    async check(world) {
      const grown = await growthOfAFresh(world);
      if (grown.kind === 'none') return grown.note;
      if (grown.kind === 'unclear') throw new Untested(grown.reason);
      const { perClientBytes, first, last, clients, rounds } = grown;
      throw new Violation(
        `The server’s memory grew by about ${kibibytes(perClientBytes)} with each conversation and kept growing.`,
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
      const client = await world.connect();
      await world.exchange(client, world.letters(4));
      // What it kept of an earlier such client it may use again.
      const now = await look(world);
      const before = await world.processes.remember('memory before a slow reader', () =>
        Promise.resolve(now),
      );

      client.pauseReading();
      const sending = sendBlocks(client, world.letters(blockBytes), wanted);
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
          `It took ${mebibytes(sentBytes)} from a client that read nothing, and kept them.`,
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

async function sendBlocks(client: Client, block: Buffer, byteCount: number): Promise<void> {
  for (let sent = 0; sent < byteCount; sent += block.length) {
    if ((await client.send(block)) !== 'taken') return;
  }
}

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
const mebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(1)} MiB`;
