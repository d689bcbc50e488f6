// What a server does to its own processes: what it keeps of clients that have gone, what it burns,
// how it stops and starts.
import { behaviour, Untested, Violation, type Client, type World } from '../behaviour.ts';
import { isLetIn, servesSeveral } from '../checks/leaving.ts';
import { processCpu } from './process-cpu.ts';
import { processLifecycle } from './process-lifecycle.ts';
import { processMemory } from './process-memory.ts';
import {
  eitherDescriptors,
  everyKind,
  keeps,
  keptOf,
  leaveWell,
  look,
  patience,
  settled,
  silent,
  untilNoticedMs,
  wellBehaved,
  type Caller,
  type Counted,
} from './process-wear.ts';

/** What those have in common that count what clients have left behind. */
const counting = {
  level: 'must',
  manner: 'rough',
  clients: 'in-turn',
  needs: ['payload/answers'],
  about: everyKind,
  uses: ['processes'],
  finds: ['other'],
} as const;

/** A pool may be filled a thread a client, up to about this many. */
const pooled = 250;
const poolingMs = 2000;
const poolGrows = 0.8;
const leavers = 5;
/** How long a client that leaves waits for the server to end too, in milliseconds. */
const lingerMs = 100;
const betweenLooksMs = 10;

/** An earlier client's connection that goes meanwhile is not set against one that stays. */
const closeWaitsSince = async (world: World, before: ReadonlySet<number>): Promise<number> =>
  [...(await look(world)).closeWaits()].filter((peer) => !before.has(peer)).length;

/** A client that vanishes with something on its way. */
const abrupt: Caller = async ({ connect, letters }) => {
  const client = await connect();
  await client.send(letters(500));
  client.reset();
};

/** So many leave at the same moment: one SIGCHLD may stand for all their children. */
const atOnce = 4;

const leaveTogether: Caller = async (world) => {
  const clients = await engageSome(world);
  await Promise.all(clients.map((client) => client.close()));
};

/** What they are replied is another behaviour's matter. */
async function engageSome({ connect, letters }: World): Promise<Client[]> {
  const clients: Client[] = [];
  for (let nth = 0; nth < atOnce; nth += 1) {
    const client = await connect();
    await client.send(letters(5));
    clients.push(client);
  }
  await Promise.all(clients.map((client) => client.receiveSome()));
  return clients;
}

/** Whether each of several clients is served by a process of its own. */
async function hasChildren(world: World): Promise<boolean> {
  if (!servesSeveral(world) || world.contract.replies !== 'by-byte') return false;
  const before = await look(world);
  const clients = await engageSome(world);
  const { processes } = await look(world);
  await Promise.all(clients.map((client) => client.close()));
  return processes - before.processes >= atOnce;
}

/** Whether `what` stops growing with each client, once there were many. */
const isPool = (world: World, what: Counted): Promise<boolean> =>
  world.processes.remember(`pool of ${what}`, () => growsToAPool(world, what));

async function growsToAPool(world: World, what: Counted): Promise<boolean> {
  const before = await look(world);
  const startedMs = performance.now();
  let clients = 0;
  for (; clients < pooled && performance.now() - startedMs < poolingMs; clients += 1) {
    await wellBehaved(world);
  }
  const after = await settled(world, before, 0);
  return after[what] - before[what] < poolGrows * clients;
}

const processes = [
  behaviour({
    ...counting,
    id: 'process/same-process',
    needs: ['accept/accepts'],
    requirement: 'The process that serves is the same one, whatever its clients did.',
    reference: 'RFC 862: a server is expected to serve its next client',
    hint: 'It dies of a client, and something starts it again: see what its first process ended with.',

    async check(world) {
      await wellBehaved(world);
      const first = world.processes.firstSnapshot()?.main;
      const { main } = await look(world);
      if (first?.pid === main.pid && first.startTicks === main.startTicks) return;
      throw new Violation('Another process serves than at first.', {
        kind: 'other',
        expected: `process ${first?.pid ?? 'of the first snapshot'}`,
        observed: `process ${main.pid}`,
      });
    },
  }),

  behaviour({
    ...counting,
    id: 'process/no-zombies',
    requirement: 'The server waits for its children that have ended.',
    reference: 'wait(2), NOTES: a zombie stays in the process table; signal(7), SIGCHLD',
    hint: 'waitpid() is never called, or only once for several children: loop over waitpid(-1, …, WNOHANG), or ignore SIGCHLD.',

    async check(world) {
      const kept = await keptOf(world, wellBehaved, 'well-behaved clients', ['zombies']);
      if (kept !== undefined) throw keeps(kept);
      if (!(await hasChildren(world))) return;
      const left = await keptOf(world, leaveTogether, 'clients that leave together', ['zombies']);
      if (left === undefined) return;
      throw keeps({ ...left, clients: left.clients * atOnce });
    },
  }),

  behaviour({
    ...counting,
    id: 'process/closes-descriptors',
    requirement: 'The server closes every descriptor that it opened for a client.',
    reference: 'close(2); fork(2): the parent has a copy of its own of each descriptor',
    hint: 'close() is left out at the end of a conversation, or the parent of a forked child keeps its copy.',

    async check(world) {
      const kept = await keptOf(world, wellBehaved, 'well-behaved clients', eitherDescriptors);
      if (kept !== undefined) throw keeps(kept);
    },
  }),

  behaviour({
    ...counting,
    id: 'process/ends-threads-and-children',
    requirement: 'The threads and children that serve a client end with it.',
    reference: 'pthread_exit(3), exit(3)',
    hint: 'The thread or child of a client waits for something that never comes, or goes back to the accept loop.',

    async check(world) {
      const which = ['processes', 'threads'] as const;
      const kept = await keptOf(world, wellBehaved, 'well-behaved clients', which);
      if (kept === undefined) return undefined;
      // Those of connections that it has not ended wait for no later client.
      if (world.knowledge.endsConversations && (await isPool(world, kept.what))) {
        return 'it keeps threads or children for later clients, not one for each';
      }
      throw keeps(kept);
    },
  }),

  behaviour({
    ...counting,
    id: 'process/no-close-wait-left',
    needs: ['accept/accepts'],
    requirement: 'The server closes each connection that its client has ended.',
    reference: 'RFC 9293, 3.3.2 and 3.6 (CLOSE-WAIT): the local user has to close',
    hint: 'End-of-file (read() returns 0) is not noticed, or not followed by close().',

    async check(world) {
      const before = (await look(world)).closeWaits();
      let isAnswered = true;
      for (let nth = 0; nth < leavers; nth += 1) {
        if (world.contract.replies === 'by-operator') {
          await world.visit();
          continue;
        }
        const client = await world.connect();
        await client.send(world.letters(12));
        // Each that is not accepted fills the queue, until a connect gets no answer for 12 s.
        if (world.knowledge.isSilent && !(await isLetIn(world, client))) {
          throw new Untested('the server accepts no client, so it has no connection to close');
        }
        isAnswered = await leaveWell(world, client, lingerMs, isAnswered);
        await silent(world);
      }
      const patienceMs = (await patience(world, 'CLOSE_WAIT')) + untilNoticedMs(world);
      const untilMs = performance.now() + patienceMs;
      let left = await closeWaitsSince(world, before);
      while (left > 0 && performance.now() < untilMs) {
        await world.pause(betweenLooksMs);
        left = await closeWaitsSince(world, before);
      }
      if (left < leavers) return;
      throw new Violation(
        `${left} connections that their clients had ended stayed in CLOSE_WAIT.`,
        {
          kind: 'other',
          expected: 'that the server closes its side too',
          observed: `${left} connections in CLOSE_WAIT, ${Math.round(patienceMs)} ms later`,
        },
        // That earlier clients were left so is why it is known to end none.
        !world.knowledge.endsConversations,
      );
    },
  }),

  behaviour({
    ...counting,
    id: 'process/cleans-up-after-abrupt-clients',
    needs: [
      'robustness/survives-reset-at-once',
      'robustness/survives-reset-mid-message',
      'robustness/survives-reset-mid-reply',
      'process/no-zombies',
      'process/closes-descriptors',
      'process/ends-threads-and-children',
    ],
    about: ['by-byte'],
    requirement: 'Clients that reset their connection leave nothing behind in the server.',
    reference: 'read(2), ECONNRESET; close(2)',
    hint: 'An error of read() or write() ends the loop of the conversation, but not by way of close().',

    async check(world) {
      const which = [...eitherDescriptors, 'zombies', 'processes', 'threads'] as const;
      const kept = await keptOf(world, abrupt, 'abrupt clients', which);
      if (kept !== undefined) throw keeps(kept);
    },
  }),
];

/** Those that stop the server come last. */
export const processFamily = [...processes, ...processMemory, ...processCpu, ...processLifecycle];
