import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Holders, type Holder } from './holder.ts';
import { buildImage } from '../image/image.ts';
import { defaultLimits } from '../limits.ts';
import { listensOn } from './readiness.ts';
import { startContainer, type Running } from '../running.ts';
import { askHolder, isAtHand, lookAtSockets, socketsAtHand } from './sockets.ts';
import { engine, missing, serverFolder, theEngine } from '../with-engine.ts';
import { within } from '../../within.ts';

// An engine takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const port = 9990;
let holders: Holders | undefined;
const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.remove()));
  await holders?.close();
});

async function echoIn(holder: Holder): Promise<Running> {
  const patience = { limitMs: 60_000, signal: new AbortController().signal };
  const { id } = await buildImage(theEngine(), serverFolder('echo'), patience, 'echo');
  const limits = defaultLimits(theEngine());
  const started = await startContainer(theEngine(), holder, { image: id, limits });
  running.push(started);
  return started;
}

describe.skipIf(engine === undefined)(`the network of a server${missing}`, () => {
  it('tells by itself who listens in it, wherever the engine is', async () => {
    const { docker } = theEngine();
    holders = new Holders(theEngine(), port, false);
    const holder = await holders.take();
    expect(listensOn(await askHolder(docker, holder), port)).toBe(false);
    await echoIn(holder);

    expect(await within(20_000, async () => listensOn(await askHolder(docker, holder), port))).toBe(
      true,
    );

    // The same stands in this machine's own tables, where its processes are here.
    expect(listensOn(await lookAtSockets(docker, holder), port)).toBe(true);
    const atHand = socketsAtHand(holder);
    if (atHand !== undefined) expect(listensOn(atHand, port)).toBe(true);
  });

  it('outlives its server', async () => {
    const { docker } = theEngine();
    holders = new Holders(theEngine(), port, false);
    const holder = await holders.take();
    const server = await echoIn(holder);
    await within(20_000, async () => listensOn(await lookAtSockets(docker, holder), port));
    await server.remove();

    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(listensOn(await lookAtSockets(docker, holder), port)).toBe(false);
    await echoIn(holder);
    expect(
      await within(20_000, async () => listensOn(await lookAtSockets(docker, holder), port)),
    ).toBe(true);
  });

  it('belongs to one container: a process that merely has its number is none of it', () => {
    expect(isAtHand(process.pid, randomUUID())).toBe(false);
    expect(isAtHand(0, randomUUID())).toBe(false);
  });
});
