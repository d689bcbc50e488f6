import { behaviour, type Client, type World } from './behaviour.ts';
import type { Replies } from '../contracts/contract.ts';
import {
  engaged,
  leaveBeforeTheReply,
  leaveUnread,
  servesSeveral,
  severalTimes,
} from './checks/leaving.ts';
import { noteOfFewer, roomFor } from './checks/room.ts';
import { floodBytes, noteOfLess } from './stream/megabytes.ts';
import { heardOut } from './one-message.ts';

const rfc9293 = 'RFC 9293, 3.5.2 (reset) and 3.10.7; accept(2), ECONNABORTED; write(2), EPIPE';
/** Not more than a backlog of 5 holds, or the kernel would drop the next client's SYN. */
const rounds = 5;
const vanishing = 100;
/** What is being replied to when its client resets: more than a socket buffer holds, each time. */
const midReplyBytes = [1024 * 1024, 256 * 1024, 256 * 1024] as const;
/** Beside those who stay and come, no more than the 64 that a server must have room for. */
const mostAtOnce = 50;
/** One who stays, and one who comes. */
const besides = 2;

/** How long before each look at whether the server still serves; milliseconds. */
const settlesMs = [0, 2, 8];
/** What a slow server takes for a reply is longer than all of these. */
const slowSettlesMs = [8];

/** So many vanish at the same moment, where there is room for them beside one who stays and one who comes. */
const atOnceOf = (world: World): number =>
  servesSeveral(world) ? Math.max(1, roomFor(world, mostAtOnce + besides) - besides) : 1;

interface Disturbances {
  readonly times?: number;
  /** What a pass has to say of a disturbance that was smaller than it was meant to be. */
  readonly note?: (world: World) => Promise<string | undefined>;
}

const conversing: readonly Replies[] = ['by-byte', 'by-read'];
/** Where nothing was said before, whatever is replied makes no difference. */
const all: readonly Replies[] = [...conversing, 'one-message', 'none'];

const rude = {
  level: 'must',
  manner: 'rough',
  clients: 'in-turn',
  about: conversing,
  uses: ['bare-connection'],
  needs: ['stream/replies-at-once', 'half-close/does-not-close-first', ...heardOut],
  reference: rfc9293,
} as const;

/** One client misbehaves, again and again: the present client and the next ones must not notice. */
const survives =
  (
    disturb: (world: World, time: number) => Promise<void>,
    { times = rounds, note }: Disturbances = {},
  ) =>
  async (world: World): Promise<string | undefined> => {
    const { connect, contract, exchange, letters, newcomer, pause } = world;
    const hasBystander = servesSeveral(world) && conversing.includes(contract.replies);
    const bystander = hasBystander ? await connect() : undefined;
    const { isSlow, answersOnce } = world.knowledge;
    // Where that takes long it is enough that it is there: what it says later is answered, or not.
    if (bystander !== undefined && !isSlow && !answersOnce) await exchange(bystander, letters(4));

    await severalTimes(world, times, (time) => disturb(world, time));

    // Some servers die a moment later, when a write meets the reset connection.
    const pausesMs = isSlow ? slowSettlesMs : settlesMs;
    for (const settleMs of pausesMs) {
      await pause(settleMs);
      const isAsked = !answersOnce || settleMs === pausesMs.at(-1);
      const looks = [
        async () => {
          if (bystander !== undefined && isAsked) await exchange(bystander, letters(4, settleMs));
        },
        newcomer,
      ];
      await severalTimes(world, looks.length, async (nth) => looks[nth]?.());
    }
    return await note?.(world);
  };

export const robustness = [
  behaviour({
    ...rude,
    id: 'robustness/survives-connect-and-leave',
    about: all,
    requirement: 'Clients that connect and leave without a word disturb nobody.',
    hint: 'The code assumes that the first read() always returns data: check for 0 and for an error.',

    check: survives(async ({ connect, knowledge }) => {
      const client = await connect();
      client.halfClose();
      // Who is known not to end its side is not waited for at each of them.
      if (knowledge.endsConversations) await client.receiveToEnd(4096);
      client.destroy();
    }),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-reset-at-once',
    about: all,
    requirement: 'Clients that reset their connection at once disturb nobody.',
    hint: 'accept() or the first read() fails with ECONNABORTED or ECONNRESET, and that error ends the server.',

    check: survives(async ({ connect }) => {
      const client = await connect();
      client.reset();
    }),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-reset-mid-message',
    requirement: 'A client that sends and resets at once disturbs nobody.',
    hint: 'read() or write() fails with ECONNRESET or EPIPE, and that error or SIGPIPE ends the server.',

    check: survives(async (world) => {
      const client = await engaged(world);
      await client.send(world.letters(500));
      client.reset();
    }),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-reset-mid-reply',
    requirement: 'A client that resets in the middle of a large reply disturbs nobody.',
    hint: 'write() to a connection that was reset raises SIGPIPE or EPIPE: ignore the signal, handle the error.',

    check: survives(async (world) => {
      // Whether the RST meets a reply is a matter of chance.
      await severalTimes(world, midReplyBytes.length, async (nth) => {
        const client = await engaged(world);
        const sending = client.send(world.letters(midReplyBytes[nth] ?? 0));
        await client.receive(1);
        await sending;
        if (world.knowledge.answersOnce) {
          client.reset();
          return;
        }
        // A quick server may have replied to all of it: with more right before the RST, which nothing
        // holds back from the kernel, it is in a reply again.
        const more = client.send(world.letters(64 * 1024));
        client.reset();
        await more;
      });
    }),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-leaving-with-unread-replies',
    requirement: 'A client that leaves without reading its replies disturbs nobody.',
    hint: 'write() to a client that has gone raises SIGPIPE (C, C++) or throws: ignore the signal, handle the error.',

    check: survives(async (world) => {
      const ways = [leaveUnread, leaveBeforeTheReply];
      await severalTimes(world, ways.length, async (nth) => ways[nth]?.(world));
    }),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-vanishing-by-the-hundred',
    requirement:
      'Clients that vanish at the same moment, a hundred of them in all, disturb nobody.',
    hint: 'Each vanished client leaves a slot, a thread or a descriptor behind, or the loop breaks on the first error.',

    check: survives(
      async (world) => {
        // Where one client is served at a time, the next would wait for this one.
        const atOnce = atOnceOf(world);
        const clients: Client[] = [];
        for (const nth of world.rounds(vanishing, 2)) {
          clients.push(await engaged(world, nth));
          if (clients.length < atOnce) continue;
          for (const client of clients.splice(0)) client.reset();
        }
        for (const client of clients) client.reset();
      },
      {
        times: 1,
        note: (world) =>
          Promise.resolve(
            servesSeveral(world) ? noteOfFewer(atOnceOf(world), mostAtOnce) : undefined,
          ),
      },
    ),
  }),

  behaviour({
    ...rude,
    id: 'robustness/survives-a-flood',
    requirement: 'A client that floods the server, reads nothing and resets disturbs nobody.',
    hint: 'Unread replies are kept without limit, or a failed write ends the server.',

    check: survives(
      async (world) => {
        const flood = world.letters(await world.affordableBytes(floodBytes));
        const client = await engaged(world);
        client.pauseReading();
        const sending = client.send(flood);
        await world.untilFull(client, sending);
        client.reset();
        await sending.catch(() => undefined);
      },
      {
        times: 1,
        note: async (world) => noteOfLess(await world.affordableBytes(floodBytes), floodBytes),
      },
    ),
  }),
];
