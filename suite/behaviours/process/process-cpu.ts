// What a server does with the processor when there is nothing to do.
import { behaviour, Violation, type World } from '../behaviour.ts';
import { severalTimes } from '../checks/leaving.ts';
import { untilFewEnd } from './ending-children.ts';
import { everyKind, look } from './process-wear.ts';
import { leaversOf, seenToBegin, setOffBy, whoseLeavingSetsItOff } from './spin-starters.ts';

/** A glance; a quiet server is known after one or a few of them, in milliseconds. */
const glanceMs = 40;
const glances = 3;
/** A busy one is looked at so often, so long, with pauses between: compilers and collectors end. */
const looks = 3;
const lookMs = 250;
const betweenLooksMs = 250;
/** Some spin only when they have waited in vain, by the second as a rule; in milliseconds. */
const waitedInVainMs = 1100;
/** A server that wants the processor for less than this share of a glance is quiet. */
const quietShare = 0.4;
/** It is busy when it uses half of what it could get, and this share of the time in any case. */
const busyShare = 0.5;
const leastShare = 0.12;
/** A server that others keep from the processor gets little: a look lasts until it ran so long. */
const leastRanMs = 100;
const longestLookMs = 3000;

interface Load {
  readonly wallMs: number;
  readonly ranMs: number;
  /** Ready to run, but others had the processor; a wait that still lasts is not counted yet. */
  readonly waitedMs: number;
  /** At the end it was running, or ready to. */
  readonly isRunnable: boolean;
}

/** What it uses until `isKnown`; asked again after each `stepMs`. */
async function load(
  world: World,
  stepMs: number,
  isKnown: (load: Load) => boolean = () => true,
): Promise<Load> {
  const before = await look(world);
  const tasksBefore = before.countTasks();
  const startedMs = performance.now();
  for (;;) {
    await world.pause(stepMs);
    const after = await look(world);
    const tasks = after.countTasks();
    const seen = {
      wallMs: performance.now() - startedMs,
      ranMs: Math.max(0, after.cpuMs - before.cpuMs),
      waitedMs: Math.max(0, tasks.waitingMs - tasksBefore.waitingMs),
      isRunnable: tasks.runnable > 0,
    };
    if (isKnown(seen)) return seen;
  }
}

/** A server that is ready to run may have been so all the time, and have had no turn. */
const isQuiet = ({ wallMs, ranMs, waitedMs, isRunnable }: Load): boolean =>
  !isRunnable && ranMs + waitedMs < quietShare * wallMs;

async function looksQuiet(world: World): Promise<boolean> {
  await untilFewEnd({
    countProcesses: async () => (await look(world)).processes,
    pause: world.pause,
  });
  for (let nth = 0; nth < glances; nth += 1) if (isQuiet(await load(world, glanceMs))) return true;
  return false;
}

const hasUsedMuch = ({ wallMs, ranMs }: Load): boolean => ranMs >= leastShare * wallMs;

/** It used so much, or at last so little, that more time would not tell more. */
const isTold = (seen: Load): boolean =>
  hasUsedMuch(seen) || !seen.isRunnable || seen.ranMs >= leastRanMs || seen.wallMs >= longestLookMs;

/** The share that it used of what it could get; undefined when it used too little to tell. */
function shareOf(seen: Load): number | undefined {
  const { wallMs, ranMs, waitedMs, isRunnable } = seen;
  const isStarved = isRunnable && ranMs >= leastRanMs;
  if (!hasUsedMuch(seen) && !isStarved) return undefined;
  return Math.min(1, ranMs / Math.max(wallMs - waitedMs, ranMs));
}

/**
 * Whether it uses the processor all the time, as a share of what it could get, or undefined when
 * it rests. A process that sleeps a millisecond and looks again rests, on loaded cores too: what it
 * waits for a processor is no time of its own.
 */
async function busyness(world: World, count: number): Promise<number | undefined> {
  if (await looksQuiet(world)) return undefined;
  let least = 1;
  for (let nth = 0; nth < count; nth += 1) {
    if (nth > 0) await world.pause(betweenLooksMs);
    const before = (await look(world)).unreadBytes();
    const share = shareOf(await load(world, lookMs, isTold));
    if (share === undefined || share < busyShare) return undefined;
    // It has something to do: it reads what clients have left.
    if ((await look(world)).unreadBytes() < before) return undefined;
    least = Math.min(least, share);
  }
  return least;
}

/** Finds fault with a server that stays busy; one that was found so is looked at once again. */
async function holdToRest(
  world: World,
  when: string,
  askWhy: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<void> {
  const found = await world.processes.remember(`busy ${when}`, () =>
    Promise.resolve({ before: false }),
  );
  const share = await busyness(world, found.before ? 1 : looks);
  if (share === undefined) return;
  found.before = true;
  const why = await askWhy();
  // It was seen twice then, the second time on a fresh server.
  throw spins(share, when, why?.startsWith(seenToBegin) === true, why);
}

/**
 * Whether a fresh server is busy when its first client has said nothing for a while, in words: one that counts down the time
 * that it may wait spins when that is over, whoever has left. Where it rests, clients leave it one after another until it is
 * busy. Asked once a run.
 */
function whyItIsBusy(world: World): Promise<string | undefined> {
  const { rememberForRun, lifecycle, renew } = world.processes;
  const ask = async (): Promise<string | undefined> => {
    if (lifecycle === undefined) return undefined;
    await renew();
    await idleClient(world);
    await world.pause(waitedInVainMs);
    if ((await busyness(world, 1)) !== undefined) return withoutLeavers;
    const isBusy = async (): Promise<boolean> => (await busyness(world, looks)) !== undefined;
    const leaver = await whoseLeavingSetsItOff(world, isBusy);
    return leaver === undefined ? undefined : setOffBy(leaver);
  };
  const asked = rememberForRun<{ answer?: Promise<string | undefined> }>(
    'why it is busy',
    () => ({}),
  );
  return (asked.answer ??= ask());
}

/** How busy it was by what earlier clients had set off, before a fresh server took its place. */
const setOff = ({ processes }: World): { share: number | undefined } =>
  processes.rememberForRun('busy with earlier clients', () => ({ share: undefined }));

/** Said of one that is busy without a client that has left, too. */
export const withoutLeavers =
  'and a fresh one whose only client stays and says nothing is busy too';

function spins(share: number, when: string, wasSeenBefore = false, why?: string): Violation {
  const percent = `${Math.round(share * 100)} %`;
  return new Violation(
    `It kept a processor busy ${when}.`,
    {
      kind: 'other',
      expected: 'no use of the processor while there is nothing to do',
      observed: `at least ${percent} of the processor time it could get, for seconds${why === undefined ? '' : `; ${why}`}`,
    },
    wasSeenBefore,
  );
}

/** A client that is connected and says nothing more. */
async function idleClient(world: World): Promise<void> {
  const client = await world.connect();
  const { replies } = world.contract;
  if (replies === 'by-byte' || replies === 'by-read') await client.send(world.letters(6));
}

const idleId = 'process/idle-uses-no-cpu';

export const processCpu = [
  behaviour({
    id: idleId,
    level: 'should',
    manner: 'rough',
    // While a client idles since the run began: some spin only where they have waited for long.
    isAtRest: true,
    clients: 'in-turn',
    needs: ['accept/accepts'],
    about: everyKind,
    uses: ['processes'],
    finds: ['other'],
    requirement: 'The server uses no processor time while its clients say nothing.',
    reference: 'poll(2), accept(2), recv(2): each waits until there is something to do',
    hint: 'A loop asks a non-blocking socket again and again: wait in poll(), select() or a blocking call.',

    async check(world) {
      const { rememberForRun, lifecycle, renew } = world.processes;
      const found = rememberForRun('busy beside an idle client', () => ({ before: false }));
      await idleClient(world);
      if (found.before) await world.pause(waitedInVainMs);
      if ((await busyness(world, 1)) === undefined) return undefined;

      // Clients of earlier behaviours may have set it off: those are another behaviour's matter.
      const before = lifecycle === undefined ? undefined : await busyness(world, looks);
      if (lifecycle !== undefined) await renew();
      await idleClient(world);
      await world.pause(waitedInVainMs);
      found.before = true;
      await holdToRest(world, 'while its one client said nothing');
      found.before = false;
      if (before !== undefined) setOff(world).share = before;
      return 'it was busy at first, but no longer when it was measured again';
    },
  }),

  behaviour({
    id: 'process/no-cpu-after-a-client-left',
    level: 'must',
    manner: 'rough',
    clients: 'in-turn',
    needs: [
      'accept/accepts',
      'robustness/survives-connect-and-leave',
      'robustness/survives-reset-at-once',
      'robustness/survives-leaving-with-unread-replies',
      idleId,
    ],
    about: everyKind,
    uses: ['processes'],
    finds: ['other'],
    requirement: 'The server uses no processor time for clients that have left.',
    reference: 'read(2): 0 is end-of-file, and is returned again at each further call',
    hint: 'read() returns 0 or -1 and the loop goes on: end the conversation then, and take its socket out of the poll set.',

    async check(world) {
      const leavers = leaversOf(world);
      await severalTimes(world, leavers.length, async (nth) => leavers[nth]?.leave(world));

      await holdToRest(world, 'when clients had come and gone', () => whyItIsBusy(world));
      const { share } = setOff(world);
      if (share !== undefined) throw spins(share, 'when earlier clients had come and gone', true);
    },
  }),
];
