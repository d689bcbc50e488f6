// What a server keeps of clients that have gone: counted before, between and after equal rounds of
// them. Only what grows with every round is kept; pools, caches and late reaping come to an end.
import { Violation, type ProcessSnapshot, type Client, type World } from '../behaviour.ts';
import type { Replies } from '../../contracts/contract.ts';
import { servesSeveral } from '../checks/leaving.ts';

/** Processes are there whatever the contract is. */
export const everyKind: readonly Replies[] = [
  'by-byte',
  'by-read',
  'one-message',
  'none',
  'by-operator',
];

/** What a snapshot counts one by one. */
export type Counted = 'processes' | 'zombies' | 'threads' | 'mainDescriptors' | 'descriptors';

/** One process or all together: a leak may be spread over several. */
export const eitherDescriptors = ['mainDescriptors', 'descriptors'] as const;

const counted: readonly Counted[] = ['processes', 'zombies', 'threads', ...eitherDescriptors];

/** What it is called that clients leave behind: one of it, and several. */
const wordsFor: Readonly<Record<Counted, readonly [one: string, many: string]>> = {
  processes: ['process', 'processes'],
  zombies: ['zombie', 'zombies'],
  threads: ['thread', 'threads'],
  mainDescriptors: ['open descriptor', 'open descriptors'],
  descriptors: ['open descriptor', 'open descriptors'],
};

/** Lets one client come and go. */
export type Caller = (world: World) => Promise<void>;

/** Equal rounds of clients that came and went, with a snapshot at each end. */
interface Wear {
  /** How many clients a round had. */
  readonly clients: number;
  /** One more than there were rounds. */
  readonly snapshots: readonly ProcessSnapshot[];
}

const roundClients = 20;
const fewestClients = 4;
/** A slow server gets fewer clients a round. */
const roundMs = 300;
/** What a client leaves behind is gone a moment after it; milliseconds. */
const shortPatienceMs = 100;
/** Some reap or close by a timer of their own: waited for once, then it is known to be in vain. */
const longPatienceMs = 1200;
const knownPatienceMs = 300;
const pollMs = 4;
/** How long a client listens on behind its reply where no FIN is known to come, in milliseconds. */
const endlessLingerMs = 2;

/** A server that forks on and ends behind itself can slip through one look at all processes. */
const mostLooks = 5;

/** The snapshot, which the run has made sure of; throws when it cannot be taken any more. */
export async function look({ processes, connect }: World): Promise<ProcessSnapshot> {
  let reason = '';
  for (let nth = 0; nth < mostLooks; nth += 1) {
    const taken = await processes.snapshot();
    if (taken.kind === 'seen') return taken;
    ({ reason } = taken);
    // A server that has gone refuses us, and that is what is told then.
    (await connect()).destroy();
  }
  throw new Error(`The server’s processes can no longer be inspected: ${reason}.`);
}

/** A well-behaved client: it says something, ends its side, and reads until the server ends too. */
export const wellBehaved: Caller = async (world) => {
  if (world.contract.replies === 'by-operator') {
    await world.visit();
    return;
  }
  const client = await world.connect();
  await client.send(world.letters(12));
  await leaveWell(world, client);
};

/**
 * Ends the conversation of a client that has said something; where no FIN comes, after the reply.
 * @param isAnswered false where the one before it got no reply: then this one's is not waited for
 * @returns whether a reply came, where one was waited for
 */
export async function leaveWell(
  { knowledge }: World,
  client: Client,
  lingerMs?: number,
  isAnswered = true,
): Promise<boolean> {
  if (knowledge.endsConversations) {
    await client.close(lingerMs);
    return true;
  }
  const isHeard = isAnswered && !knowledge.isSilent;
  const bytes = isHeard ? (await client.receiveSome()).bytes : undefined;
  // Its FIN has gone out when this returns: nobody has to wait until it is gone too.
  void client.close(endlessLingerMs);
  return bytes === undefined ? isAnswered : bytes.length > 0;
}

/** A client that leaves without a word. */
export const silent: Caller = async ({ connect }) => {
  const client = await connect();
  client.halfClose();
  client.destroy();
};

/** Holds rounds of clients, and looks at the server before, between and after them. */
async function wear(world: World, call: Caller, rounds = 2): Promise<Wear> {
  await comeAndGo(world, call, { ...few, most: fewestClients });
  const first = await atRest(world);
  const snapshots = [first];
  const clients = await comeAndGo(world, call, few);
  snapshots.push(await settled(world, first, shortPatienceMs));
  for (let round = 1; round < rounds; round += 1) {
    await comeAndGo(world, call, { ...few, most: clients, limitMs: Infinity });
    snapshots.push(await settled(world, first, shortPatienceMs));
  }
  return { clients, snapshots };
}

/** How many clients come and go, and for how long. */
export interface Visits {
  readonly most: number;
  /** So many come in any case, */
  readonly fewest: number;
  /** and no further ones begin after so many milliseconds. */
  readonly limitMs: number;
  /** A slow server that serves several is called on by so many at a time. */
  readonly slowLanes: number;
}

const few: Visits = {
  most: roundClients,
  fewest: fewestClients,
  limitMs: roundMs,
  slowLanes: roundClients,
};

/**
 * Lets clients come and go, one after another.
 * @returns how many there were
 */
export async function comeAndGo(
  world: World,
  call: Caller,
  { most, fewest, limitMs, slowLanes }: Visits,
): Promise<number> {
  const startedMs = performance.now();
  let begun = 0;
  const lanes = world.knowledge.isSlow && servesSeveral(world) ? slowLanes : 1;
  await world.sideBySide(lanes, async (goesOn) => {
    const isEnough = (): boolean =>
      begun >= most || (begun >= fewest && performance.now() - startedMs >= limitMs);
    while (goesOn() && !isEnough()) {
      begun += 1;
      await call(world);
    }
  });
  return begun;
}

/**
 * Looks again until children of earlier clients have ended, as long as more and more of them do:
 * each of those counted before has descriptors and memory of its own.
 */
async function atRest(world: World): Promise<ProcessSnapshot> {
  const untilMs = performance.now() + longPatienceMs;
  let now = await look(world);
  const rest = await world.processes.remember('processes at rest', () =>
    Promise.resolve({ processes: world.processes.firstSnapshot()?.processes ?? now.processes }),
  );
  while (now.processes > rest.processes && performance.now() < untilMs) {
    const oneFewer = { ...now, processes: now.processes - 1 };
    const next = await settled(world, oneFewer, shortPatienceMs, ['processes']);
    if (next.processes >= now.processes) break;
    now = next;
  }
  // A pool may have grown for good.
  rest.processes = now.processes;
  return now;
}

/** A server that is at a reply when its client leaves may notice it so many round trips later. */
const noticingTrips = 2;

/** How long what a client leaves behind may stay, in milliseconds, because replies take their time. */
export const untilNoticedMs = ({ knowledge }: World): number =>
  noticingTrips * knowledge.roundTripMs;

/**
 * Looks again until nothing is counted beyond `reference`, for at most `patienceMs`, and longer where
 * replies take long.
 */
export async function settled(
  world: World,
  reference: ProcessSnapshot,
  patienceMs: number,
  which: readonly Counted[] = counted,
): Promise<ProcessSnapshot> {
  const untilMs = performance.now() + patienceMs + untilNoticedMs(world);
  for (;;) {
    const now = await look(world);
    const isBack = which.every((one) => now[one] <= reference[one]);
    if (isBack || performance.now() >= untilMs) return now;
    await world.pause(pollMs);
  }
}

/** Whether every round added about as much as it had clients, at least a quarter of it. */
function grew({ clients, snapshots }: Wear, what: Counted): boolean {
  const least = Math.max(3, Math.ceil(clients / 4));
  return snapshots.every((snapshot, nth) => {
    const before = snapshots[nth - 1];
    return before === undefined || snapshot[what] - before[what] >= least;
  });
}

/** What is kept of clients that came and went, if it is. */
export interface Kept {
  readonly what: Counted;
  readonly clients: number;
  readonly from: number;
  readonly to: number;
  /** Whether earlier clients left as much, of a server that is known to end no conversation. */
  readonly wasSeenBefore: boolean;
}

/**
 * What the server keeps of the clients that `call` sends, out of `which`: only what each of two
 * equal rounds added to, and what a longer wait and further clients did not take away again.
 */
export async function keptOf(
  world: World,
  call: Caller,
  name: string,
  which: readonly Counted[],
): Promise<Kept | undefined> {
  const shared = await world.processes.remember(`wear by ${name}`, () => wear(world, call));
  if (!which.some((what) => grew(shared, what))) return undefined;
  // What was remembered may have had a cause that is over: only a wear of our own is evidence.
  const own = await wear(world, call);
  const what = which.find((one) => grew(own, one));
  const [before] = own.snapshots;
  if (what === undefined || before === undefined) return undefined;
  // Some tidy up when their next client comes, some when a timer says so.
  await call(world);
  const patienceMs = await patience(world, what);
  const last = await settled(world, before, patienceMs, [what]);
  const clients = own.clients * (own.snapshots.length - 1) + 1;
  if (last[what] - before[what] < clients / 4) return undefined;
  const wasSeenBefore = !world.knowledge.endsConversations;
  return { what, clients, from: before[what], to: last[what], wasSeenBefore };
}

/** How long to wait for what did not come to an end so far, in milliseconds: long at first. */
export async function patience(world: World, name: string): Promise<number> {
  const { processes, knowledge } = world;
  // That it ends nothing was waited for already.
  if (knowledge.isSilent || !knowledge.endsConversations) return knownPatienceMs;
  const waits = await processes.remember(`patience with ${name}`, () =>
    Promise.resolve({ count: 0 }),
  );
  waits.count += 1;
  return waits.count === 1 ? longPatienceMs : knownPatienceMs;
}

/** Says that something is kept of clients that have left. */
export function keeps({ what, clients, from, to, wasSeenBefore }: Kept): Violation {
  const [one, many] = wordsFor[what];
  return new Violation(
    `${to - from} more ${to - from === 1 ? one : many} after ${clients} clients had connected and left.`,
    {
      kind: 'other',
      expected: `${counts(from, one, many)}, as before`,
      observed: counts(to, one, many),
    },
    wasSeenBefore,
  );
}

const counts = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
