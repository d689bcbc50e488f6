// Servers that mean harm: none may hurt the machine, and all of them end when we say so.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readProcesses } from '../processes/process-table.ts';
import { within } from '../within.ts';
import { containerTarget, type ContainerTarget } from './container.ts';
import { defaultLimits } from './limits.ts';
import { engine, missing, printedBy, roundTrip, serverFolder, theEngine } from './with-engine.ts';

// An engine takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let target: ContainerTarget | undefined;
afterEach(() => target?.stop());

async function started(name: string): Promise<ContainerTarget> {
  target = containerTarget({ from: { kind: 'build', folder: serverFolder(name) } });
  await target.start();
  return target;
}

/** Connects and says something, whatever comes of it. */
function provoke({ address }: ContainerTarget): void {
  const client = connect(address.port, address.host);
  client.on('error', () => undefined);
  client.write('hello');
  client.unref();
}

const processCount = (): number =>
  (readProcesses() ?? []).filter(({ name }) => name === 'fork-bomb').length;

describe.skipIf(engine === undefined)(`a malicious server in a container${missing}`, () => {
  it('forks no further than it may, and is stopped then, which is said', async () => {
    const bomb = await started('fork-bomb');
    const { tasks } = defaultLimits(theEngine());
    // Where the engine is elsewhere, its processes are too.
    const isHere = (await bomb.snapshot()).kind === 'seen';
    let most = 0;
    provoke(bomb);

    const isOver = await within(60_000, () => {
      most = Math.max(most, processCount());
      return !isHere || bomb.health().kind === 'exited';
    });
    expect(isOver).toBe(true);
    expect(most).toBeLessThanOrEqual(tasks);
    if (isHere) {
      expect(bomb.health()).toMatchObject({ signal: 'SIGKILL' });
      expect(printedBy(bomb)).toContain(`${tasks} processes, which is the limit`);
    }
    await bomb.stop();
    expect(await within(60_000, () => processCount() === 0)).toBe(true);
  });

  it('gets no more memory than it may, and that is said', async () => {
    const hog = await started('memory-hog');
    provoke(hog);

    expect(await within(60_000, () => hog.health().kind === 'exited')).toBe(true);
    expect(await within(10_000, () => printedBy(hog).includes('MiB of memory'))).toBe(true);
    expect(hog.health()).toMatchObject({ kind: 'exited', signal: 'SIGKILL' });
    await hog.restart();
    expect(hog.generation).toBe(2);
  });

  it('may print without end: it is read, and little of it kept', async () => {
    const noisy = await started('endless-output');

    expect(await within(20_000, () => printedBy(noisy).length > 4000)).toBe(true);
    expect(printedBy(noisy).length).toBeLessThanOrEqual(4096);
    expect(await roundTrip(noisy, 'still served')).toBe('still served');
  });

  it('reaches nobody, and no name is looked up for it', async () => {
    const caller = await started('calls-out');

    // What it printed comes by way of the engine, a moment after it listens.
    await expect
      .poll(() => printedBy(caller).trim().split('\n'), { timeout: 10_000 })
      .toEqual([
        '1.1.1.1: not reached',
        '8.8.8.8: not reached',
        '192.0.2.1: not reached',
        'name: not resolved',
      ]);
  });

  it('has no rights, and can get none', async () => {
    const target = await started('echo');
    const snapshot = await target.snapshot();
    if (snapshot.kind === 'unseen') return;
    const status = readFileSync(`/proc/${snapshot.main.pid}/status`, 'latin1');

    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });
});
