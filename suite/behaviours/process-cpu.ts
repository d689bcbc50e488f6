// What a server does with the processor when there is nothing to do.
import { behaviour, Violation, type World } from '../behaviour.ts';
import { everyKind, look, silent, wellBehaved } from './process-wear.ts';

/** A first look; a quiet server is known by then, in milliseconds. */
const glanceMs = 40;
/** A busy one is looked at so often, so long, with pauses between: compilers and collectors end. */
const looks = 3;
const lookMs = 250;
const betweenLooksMs = 250;
/** One that was found busy before is looked at so often. */
const laterLooks = 2;
/** A server that wants the processor for less than this share of a glance is quiet. */
const quietShare = 0.4;
/** Half of what it could get is busy, and more than this share of the time in any case. */
const busyShare = 0.5;
const leastShare = 0.12;

interface Load {
  readonly wallMs: number;
  readonly ranMs: number;
  /** Ready to run, but others had the processor. */
  readonly waitedMs: number;
}

async function load(world: World, forMs: number): Promise<Load> {
  const before = await look(world);
  const startedMs = performance.now();
  await world.pause(forMs);
  const after = await look(world);
  return {
    wallMs: performance.now() - startedMs,
    ranMs: Math.max(0, after.cpuMs - before.cpuMs),
    waitedMs: Math.max(0, after.waitingMs - before.waitingMs),
  };
}

/**
 * Whether it uses the processor all the time, as a share of what it could get, or undefined when
 * it rests. A process that sleeps a millisecond and looks again rests, on loaded cores too: what it
 * waits for a processor is no time of its own.
 */
async function busyness(world: World): Promise<number | undefined> {
  const { wallMs, ranMs, waitedMs } = await load(world, glanceMs);
  if (ranMs + waitedMs < quietShare * wallMs) return undefined;
  let least = Infinity;
  const known = await world.remember('looks at the load', () => Promise.resolve({ busy: false }));
  const count = known.busy ? laterLooks : looks;
  for (let nth = 0; nth < count; nth += 1) {
    await world.pause(betweenLooksMs);
    const seen = await load(world, lookMs);
    if (seen.ranMs < leastShare * seen.wallMs) return undefined;
    const couldGetMs = Math.max(seen.wallMs - seen.waitedMs, leastShare * seen.wallMs);
    least = Math.min(least, seen.ranMs / couldGetMs);
    if (least < busyShare) return undefined;
  }
  known.busy = true;
  return Math.min(1, least);
}

function spins(share: number, when: string): Violation {
  const percent = `${Math.round(share * 100)} %`;
  return new Violation(`It kept a processor busy ${when}.`, {
    kind: 'other',
    expected: 'no use of the processor while there is nothing to do',
    observed: `at least ${percent} of the processor time it could get, for seconds`,
  });
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
    clients: 'in-turn',
    needs: ['accept/accepts'],
    about: everyKind,
    uses: ['census'],
    requirement: 'The server uses no processor time while its clients say nothing.',
    reference: 'poll(2), accept(2), recv(2): each waits until there is something to do',
    hint: 'A loop asks a non-blocking socket again and again: wait in poll(), select() or a blocking call.',

    async check(world) {
      await idleClient(world);
      if ((await busyness(world)) === undefined) return undefined;

      // Clients of earlier behaviours may have set it off: those are another behaviour's matter.
      if (world.lifecycle !== undefined) await world.renew();
      await idleClient(world);
      const share = await busyness(world);
      if (share !== undefined) throw spins(share, 'while its one client said nothing');
      return 'it was busy at first, and not any more when it was looked at again';
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
      idleId,
    ],
    about: everyKind,
    uses: ['census'],
    requirement: 'The server uses no processor time for clients that have left.',
    reference: 'read(2): 0 is end-of-file, and is returned again at each further call',
    hint: 'read() returns 0 or -1 and the loop goes on: end the conversation then, and take its socket out of the poll set.',

    async check(world) {
      const { connect, contract, letters } = world;
      await wellBehaved(world);
      if (contract.replies !== 'by-operator') await silent(world);
      if (contract.replies === 'by-byte') {
        const engaged = await connect();
        await engaged.send(letters(8));
        await engaged.receiveSome();
        engaged.reset();
        (await connect()).reset();
      }

      const share = await busyness(world);
      if (share !== undefined) throw spins(share, 'when clients had come and gone');
      return undefined;
    },
  }),
];
