import { behaviour, Untested, Violation, type Client, type World } from './behaviour.ts';
import { readInParts, serveLateReader } from './stream/late-reader.ts';
import { floodBytes, largeBytes, noteOfLess } from './stream/megabytes.ts';
import { bytesThatHoldUp, untilHeldUp } from './checks/hold-up.ts';
import { answersAnother, expectAsAlone, expectNothingOf } from './checks/crossing.ts';
import { engaged, isLetIn } from './checks/leaving.ts';
import { askWhetherANewcomerIsServed } from './checks/newcomer.ts';
import { noteOfFewer, roomFor } from './checks/room.ts';
import {
  askWhetherNewcomersHelp,
  askWhetherAWordHelps,
  askWhetherItGoesOn,
  askWhoIsWaitedFor,
  isSilence,
} from './checks/provoke.ts';

const accept2 = 'accept(2); RFC 862 knows no limit of clients';
const together = 64;
/** So many have their messages interleaved. */
const crossing = 8;
/** So many come and go at a time while so many others stay. */
const coming = 3;
const remaining = 4;
/** The client that idles for the whole run, and two who only listen or are still leaving. */
const besides = 3;
/** As much as programs read at once. */
const longBytes = 64 * 1024;
/**
 * Longer than the half second that a time limit on sending often has, in milliseconds. The kernel asks a client whose
 * window is closed after 200 ms, finds room for a little more, and the limit begins anew.
 */
const pausedMs = 1000;
/** Connects under way at once: a short backlog must not make the kernel drop SYNs. */
const connectsUnderWay = 2;
/** Two that wait from about the same moment on are both found to wait within so long, in milliseconds. */
const bothWaitMs = 100;
/** So many may wait to be taken at once. */
const backlogged = 4;
/** So often it is looked whether those who came were taken, where only the kernel's tables show it. */
const betweenLooks = 128;

/** What shows that several clients are served at once. */
export const servesTogether = 'concurrency/serves-the-second-while-the-first-idles';

/** What shows how many are. */
export const manyAtOnce = 'concurrency/many-at-once';

export const concurrency = [
  behaviour({
    id: servesTogether,
    level: 'must',
    manner: 'gentle',
    clients: 'together',
    needs: ['half-close/does-not-close-first'],
    about: ['by-byte', 'by-read'],
    requirement: 'A second client is served while a first one is connected and idle.',
    reference: accept2,
    hint: 'One client is served to its end before the next accept(). If that is what this server promises, test it with --serves one-at-a-time.',

    async check(world) {
      const { connect, exchange, letters, knowledge } = world;
      const idle = await connect();
      if (!knowledge.answersOnce) await exchange(idle, letters(4));

      const second = await connect();
      try {
        await exchange(second, letters(4, 1));
      } catch (error) {
        if (isSilence(error)) await askWhoIsWaitedFor(world, idle, second);
        throw error;
      }

      await exchange(idle, letters(4, 2));

      // One that has not said a word yet keeps nobody waiting either.
      const mute = await connect();
      const third = await connect();
      try {
        await exchange(third, letters(4, 3));
      } catch (error) {
        if (isSilence(error)) {
          const others = [mute, second, idle];
          await askWhetherAWordHelps(world, mute, third, { message: letters(4, 4), others });
        }
        throw error;
      }
    },
  }),

  behaviour({
    id: manyAtOnce,
    level: 'must',
    manner: 'alone',
    clients: 'together',
    needs: [servesTogether],
    about: ['by-byte', 'by-read'],
    requirement: `The server serves ${together} clients that are connected at once.`,
    reference: accept2,
    hint: 'A fixed table of clients or threads is too small, or clients beyond it are left waiting.',

    check: (world) => serveCrowd(world, together - besides, (together - besides) / 2),
  }),

  behaviour({
    id: 'concurrency/half-closed-client-blocks-nobody',
    level: 'must',
    manner: 'alone',
    clients: 'together',
    needs: [servesTogether],
    requirement: 'A client that has ended its side and keeps the connection blocks nobody.',
    reference: accept2,
    hint: 'The server waits in one client’s close, or spins on an end-of-file, and serves no other.',

    async check(world) {
      const { exchange, letters, newcomer } = world;
      const halfClosed = await engaged(world);
      const owed = letters(await bytesThatHoldUp(world, halfClosed, largeBytes));
      const bystander = await engaged(world, 1);

      // It has ended its side and reads nothing yet: the server can neither finish nor give up.
      halfClosed.pauseReading();
      const sending = halfClosed.send(owed);
      await untilHeldUp(world, halfClosed, { owedBytes: owed.length, wanted: largeBytes, sending });
      halfClosed.halfClose();

      await exchange(bystander, letters(4, 2));
      await newcomer();

      // Both leave in peace: what a server does when they do not is another behaviour's matter.
      halfClosed.resumeReading();
      await halfClosed.receive(owed.length);
      return noteOfLess(owed.length, largeBytes);
    },
  }),

  behaviour({
    id: 'concurrency/no-byte-crosses-over',
    level: 'must',
    manner: 'alone',
    clients: 'together',
    needs: [servesTogether],
    about: ['by-byte', 'by-read'],
    requirement:
      'Each client gets its own bytes and nobody else’s, however the clients interleave.',
    reference: 'RFC 9293, 3.8: a connection’s data is its own',
    hint: 'A buffer or a socket variable is global or static and shared by all clients or threads.',

    async check(world) {
      const { exchange, letters, finish, rounds, knowledge } = world;
      const count = roomFor(world, crossing);
      let clients = await openAll(world, Array(count).keys());

      for (const round of rounds(40)) {
        if (knowledge.answersOnce && round > 0) {
          await Promise.all(clients.map(finish));
          clients = await openAll(world, Array(count).keys());
        }
        const byteCount = 1 + ((round * 331) % 900);
        await Promise.all(
          clients.map((client, index) => exchange(client, letters(byteCount, round * 8 + index))),
        );
      }

      await Promise.all(clients.map(finish));
      return noteOfFewer(count, crossing);
    },
  }),

  behaviour({
    id: 'concurrency/slow-reader-blocks-nobody',
    level: 'must',
    manner: 'alone',
    clients: 'together',
    needs: [servesTogether],
    requirement: 'A client that sends megabytes and reads nothing blocks no other client.',
    reference: 'write(2) blocks while the socket buffer is full',
    hint: 'A blocking write in a loop that serves all clients: use non-blocking sockets or a thread each.',

    async check(world) {
      const { connect, exchange, letters, reply, newcomer, affordableBytes } = world;
      // Like nothing in the flood: where both lie in one buffer it gets among what waits there.
      const long = Buffer.from(letters(longBytes, 5)).reverse();
      // A slow server is not asked for it twice in vain: it has other behaviours to be judged by.
      const isLongAffordable = (await affordableBytes(longBytes)) === longBytes;
      const isLongAnswered = isLongAffordable && (await answersAnother(world, long));
      const bystander = await engaged(world);
      const flood = letters(await bytesThatHoldUp(world, bystander, floodBytes));
      const deaf = await connect();
      deaf.pauseReading();
      const progress = { isSent: false };
      const sending = deaf.send(flood).finally(() => (progress.isSent = true));
      await untilHeldUp(world, deaf, { owedBytes: flood.length, wanted: floodBytes, sending });
      // Where it has to end its side to be replied to, only then does a reply wait for it.
      if (world.knowledge.answersOnce && progress.isSent) deaf.halfClose();

      const asking = exchange(bystander, letters(4, 1));
      await askWhetherANewcomerIsServed(world, asking);
      await asking;
      if (isLongAnswered) await exchange(await connect(), long);
      // Who came before leaves while replies wait for the other: where entries move up, what waits has to move with them.
      bystander.halfClose();
      await newcomer();

      const received = await readInParts(world, deaf, { owedBytes: flood.length, sending });
      expectNothingOf(reply(long), received.bytes, reply(flood));
      await expectAsAlone(world, flood, received);
      return noteOfLess(flood.length, floodBytes);
    },
  }),

  behaviour({
    id: 'concurrency/waits-for-a-paused-reader',
    level: 'must',
    manner: 'alone',
    isPatient: true,
    // It takes one of the server's places, of which there may be few.
    besideAllAfter: [manyAtOnce],
    clients: 'together',
    needs: [
      'stream/reader-starts-late',
      'stream/slow-reader',
      'concurrency/slow-reader-blocks-nobody',
    ],
    requirement: `A client that reads nothing for a second gets every byte all the same, once it reads on.`,
    reference:
      'RFC 9293, 3.8.6.1: a window may be zero for as long as its side likes; write(2), SO_SNDTIMEO in socket(7)',
    hint: 'A time limit is set on sending (SO_SNDTIMEO, settimeout(), a write deadline) and the conversation is given up when it is reached.',

    check: (world) => serveLateReader(world, pausedMs),
  }),

  behaviour({
    id: 'concurrency/churn',
    level: 'must',
    manner: 'alone',
    clients: 'together',
    needs: [servesTogether],
    about: ['by-byte', 'by-read'],
    requirement: 'Clients that come and go disturb nobody who stays.',
    reference: accept2,
    hint: 'When a client leaves, another’s entry is removed, or its descriptor’s number is confused with a new one’s.',

    async check(world) {
      const { connect, exchange, letters, finish, rounds, knowledge } = world;
      const wanted = coming + remaining;
      const count = roomFor(world, wanted);
      // Those who leave may be there still when the next come.
      const isCrowded = roomFor(world, wanted + coming) < wanted + coming;
      const passingCount = Math.max(1, Math.floor((count * coming) / wanted));
      const staying = await openAll(world, Array(count - passingCount).keys());

      for (const round of rounds(25)) {
        const passing: Client[] = [];
        while (passing.length < passingCount) passing.push(await connect());
        const speaking = knowledge.answersOnce ? passing : [...passing, ...staying];
        await Promise.all(
          speaking.map((client, index) => exchange(client, letters(20, round * 7 + index))),
        );
        // Where places are few, the next are to have theirs.
        if (isCrowded) await Promise.all(passing.map(finish));
        else for (const client of passing) client.halfClose();
      }

      if (knowledge.answersOnce) {
        await Promise.all(staying.map((client, index) => exchange(client, letters(20, index))));
      }
      await Promise.all(staying.map(finish));
      return noteOfFewer(count, wanted);
    },
  }),

  behaviour({
    id: 'concurrency/any-interleaving',
    level: 'must',
    manner: 'rough',
    clients: 'together',
    needs: [servesTogether, 'half-close/sends-all-it-owes', 'payload/forgets-earlier-messages'],
    requirement:
      'However several clients connect, send, read, end or reset, each gets what it is owed.',
    reference: accept2,
    hint: 'An end or a reset of one client reaches further than its own connection, or one client’s state is changed by what another does. The counterexample is the shortest sequence that was found: its last step is where it shows.',
    given: { kind: 'scenario', mostClients: 3, mostSteps: 60 },
  }),

  behaviour({
    id: 'concurrency/crowd',
    level: 'should',
    manner: 'alone',
    clients: 'together',
    needs: [manyAtOnce],
    about: ['by-byte', 'by-read'],
    requirement:
      'The server serves a crowd of clients that are connected at once (--clients, 1000 or 1200).',
    reference: `${accept2}; select(2), FD_SETSIZE`,
    hint: 'Descriptors run out (ulimit -n, FD_SETSIZE), or there is a thread or process too few.',

    // FD_SET() beyond its set writes into other memory.
    spoils: true,

    check: async (world) => serveCrowd(world, await world.crowd(), together + 1),
  }),
];

/**
 * Opens `count` clients, verifies each when it comes, and all once more when all are there.
 * @param fewest fewer, of a larger crowd, show nothing that was not seen before
 * @throws {Untested} when the server is too slow for those
 */
async function serveCrowd(
  world: World,
  count: number,
  fewest: number,
): Promise<string | undefined> {
  try {
    return await serveAll(world, count, fewest);
  } catch (error) {
    const { idlers } = world;
    if (idlers === 0 || !(error instanceof Violation)) throw error;
    // Who counts a server's places must know of all that are taken.
    const besides = idlers === 1 ? 'One more client was' : `${idlers} more clients were`;
    throw new Violation(`${error.message} ${besides} there, idle.`, error.finding);
  }
}

async function serveAll(world: World, count: number, fewest: number): Promise<string | undefined> {
  const { exchange, letters, rounds } = world;
  const clients = await openAll(world, rounds(count));
  if (clients.length < Math.min(count, fewest)) {
    throw new Untested(`only ${clients.length} clients came in at once, in the time of one test`);
  }

  const payloads = clients.map((_, index) => letters(10, index));
  for (let first = 0; first < clients.length; first += together) {
    const some = clients.slice(first, first + together);
    await Promise.all(
      some.map(async (client, index) => {
        try {
          await exchange(client, payloads[first + index] ?? letters(10));
        } catch (error) {
          if (isSilence(error)) await askWhetherItGoesOn(world, client);
          throw error;
        }
      }),
    );
  }
  return clients.length < count
    ? `with ${clients.length} clients: more would have taken too long`
    : undefined;
}

/**
 * Opens a client for each round, a few at a time. Each has a round trip behind it, or has come in where that would be
 * the only one that it can have: the server has taken it from its backlog. A slow server's replies are waited for
 * together.
 */
async function openAll(world: World, rounds: Iterable<number>): Promise<Client[]> {
  const { connect, exchange, letters, pause, knowledge, sideBySide } = world;
  const clients: Client[] = [];
  const exchanges = new Set<Promise<void>>();
  const shared = rounds[Symbol.iterator]();
  await sideBySide(connectsUnderWay, async (goesOn) => {
    while (goesOn()) {
      const next = shared.next();
      if (next.done === true) return;
      if (knowledge.answersOnce) {
        const isLast = next.value % backlogged === backlogged - 1;
        const silent = isLast ? await engaged(world) : await connect();
        clients.push(silent);
        if (next.value % betweenLooks === betweenLooks - 1) await isLetIn(world, silent);
        continue;
      }
      const client = await connect();
      const message = letters(10, next.value + 1);
      const exchanged = exchange(client, message).then(
        () => {
          clients.push(client);
          exchanges.delete(exchanged);
        },
        async (error: unknown) => {
          if (isSilence(error)) await askWhetherNewcomersHelp(world, client);
          // The other that is under way may wait as well: who came first of the two is told by both.
          exchanges.delete(exchanged);
          await Promise.race([Promise.allSettled(exchanges), pause(bothWaitMs)]);
          throw error;
        },
      );
      exchanges.add(exchanged);
      // It is looked at again below.
      exchanged.catch(() => undefined);
      if (!knowledge.isSlow) await exchanged;
      else if (exchanges.size > together - connectsUnderWay) await Promise.race(exchanges);
    }
  });
  await Promise.all(exchanges);
  return clients;
}
