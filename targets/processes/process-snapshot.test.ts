import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressTarget } from '../running/address.ts';
import { launchTarget, type LaunchedTarget } from '../launch/launch.ts';
import { nodeServer } from '../launch/launching.ts';
import { takeSnapshot } from './process-snapshot.ts';
import type { ProcessSnapshot, SnapshotTaken, Target } from '../target.ts';

async function started(script: string): Promise<LaunchedTarget> {
  const target = launchTarget({ command: nodeServer(script) });
  onTestFinished(() => target.stop());
  await target.start();
  return target;
}

function seen(taken: SnapshotTaken): ProcessSnapshot {
  if (taken.kind === 'seen') return taken;
  throw new Error(taken.reason);
}

const snapshotOf = async (target: Target): Promise<ProcessSnapshot> =>
  seen(await target.snapshot());

async function reasonOf(target: Target): Promise<string> {
  const taken = await target.snapshot();
  return taken.kind === 'seen' ? 'it was seen' : taken.reason;
}

async function client({ address }: Target): Promise<Socket> {
  const socket = connect(address.port, address.host);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** A client that the server has certainly accepted, and that stays: nothing of it changes later. */
async function served(target: Target): Promise<void> {
  const socket = await client(target);
  socket.write('hello');
  await once(socket, 'data');
}

describe.skipIf(process.platform !== 'linux')('a process snapshot', () => {
  it('counts one quiet process', async () => {
    const target = await started('listen({port});');

    const snapshot = await snapshotOf(target);

    expect(snapshot).toMatchObject({ processes: 1, zombies: 0 });
    expect(snapshot.closeWaits().size).toBe(0);
    expect(snapshot.threads).toBeGreaterThan(0);
    expect(snapshot.descriptors).toBeGreaterThan(3);
    expect(snapshot.residentBytes).toBeGreaterThan(1024 * 1024);
    expect(snapshot.writableBytes).toBeGreaterThan(1024 * 1024);
    expect(snapshot.cpuMs).toBeGreaterThan(0);
  });

  it('knows its main process again, and another one after a restart', async () => {
    const target = await started('listen({port});');
    const before = await snapshotOf(target);

    expect((await snapshotOf(target)).main).toEqual(before.main);
    await target.restart();

    expect((await snapshotOf(target)).main).not.toEqual(before.main);
  });

  it('takes the process that listens for the main one, not the shell that started it', async () => {
    const script = nodeServer('listen({port}); console.log("pid " + process.pid);');
    const target = launchTarget({ command: `${script}; :`, shell: true });
    onTestFinished(() => target.stop());
    await target.start();
    const tail = (): string =>
      'outputTail' in target.health() ? JSON.stringify(target.health()) : '';
    await expect.poll(tail).toMatch(/pid \d+/u);

    const snapshot = await snapshotOf(target);

    expect(snapshot.processes).toBe(2);
    expect(snapshot.main.pid).toBe(Number(/pid (\d+)/u.exec(tail())?.[1]));
  });

  it('counts each descriptor that a client costs', async () => {
    const target = await started('listen({port});');
    await served(target);
    const before = await snapshotOf(target);

    await client(target);
    await client(target);

    await expect
      .poll(async () => (await snapshotOf(target)).descriptors)
      .toBe(before.descriptors + 2);
  });

  it('counts children, and those that nobody waits for', async () => {
    // The shell that becomes `sleep` never waits for its first child.
    const target = launchTarget({
      command: `sh -c '${nodeServer('listen({port});').replaceAll("'", "'\\''")} & sh -c "sleep 0.01 & exec sleep 60"'`,
    });
    onTestFinished(() => target.stop());
    await target.start();

    await expect.poll(async () => (await snapshotOf(target)).zombies).toBe(1);
    expect((await snapshotOf(target)).processes).toBe(3);
  });

  it('counts what a client has ended and the server has not', async () => {
    const target = await started(
      'net.createServer({ allowHalfOpen: true }, (s) => s.resume()).listen({port}, "127.0.0.1");',
    );
    const [one, other] = [await client(target), await client(target)];

    one.end();

    await expect.poll(async () => (await snapshotOf(target)).closeWaits().size).toBe(1);
    other.destroy();
    await expect.poll(async () => (await snapshotOf(target)).closeWaits().size).toBe(2);
  });

  it('counts what clients have sent and the server has not read', async () => {
    const target = await started(
      'net.createServer({ pauseOnConnect: true }, () => undefined).listen({port}, "127.0.0.1");',
    );
    const [one, other] = [await client(target), await client(target)];

    one.write('hello');
    other.end('gone');

    await expect.poll(async () => (await snapshotOf(target)).unreadBytes()).toBe(9);
  });

  it('adds up the processor time of a server that spins', async () => {
    const target = await started('listen({port}); setInterval(() => { for (;;); }, 1);');
    const before = await snapshotOf(target);

    await expect
      .poll(async () => (await snapshotOf(target)).cpuMs - before.cpuMs, { timeout: 20_000 })
      .toBeGreaterThan(100);
  });

  it('counts the threads that are ready to run, whichever of them it is', async () => {
    const target = await started(
      'listen({port}); new (require("worker_threads").Worker)("for (;;);", { eval: true });',
    );

    await expect
      .poll(async () => (await snapshotOf(target)).countTasks().runnable, { timeout: 20_000 })
      .toBeGreaterThan(0);
  });

  it('says why it sees nothing of a server that is gone', async () => {
    const target = await started('listen({port});');
    await target.stop();

    expect(await target.snapshot()).toEqual({
      kind: 'unseen',
      reason: 'none of its processes lives',
      isOver: true,
    });
  });

  it('takes listed processes and their descendants', () => {
    const snapshot = seen(takeSnapshot({ pids: [process.pid], port: 1 }));

    expect(snapshot.main.pid).toBe(process.pid);
  });
});

describe.skipIf(process.platform !== 'linux')(
  'the snapshot of a server that others started',
  () => {
    it('finds its process from the port', async () => {
      const { port, child } = await stranger();
      const target = addressTarget({ host: '127.0.0.1', port });
      await target.start();

      const snapshot = await snapshotOf(target);

      expect(snapshot.main.pid).toBe(child.pid);
      expect(target.lifecycle).toBeUndefined();
    });

    it('sees nothing where it runs in the process that judges it', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const target = addressTarget({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
      });
      await target.start();

      expect(await target.snapshot()).toEqual({
        kind: 'unseen',
        reason: 'it runs in the process that tests it, or in one that started that process',
      });
    });

    it('says so when nothing listens, or it is elsewhere', async () => {
      const nobody = addressTarget({ host: '127.0.0.1', port: 1 });
      const elsewhere = addressTarget({ host: '192.0.2.1', port: 9 });
      await Promise.all([nobody.start(), elsewhere.start()]);

      expect(await reasonOf(nobody)).toContain('port 1');
      expect(await reasonOf(elsewhere)).toContain('another machine');
    });
  },
);

/** A server in a process of its own that this suite did not launch. */
async function stranger(): Promise<{ port: number; child: ChildProcess }> {
  const script =
    'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); });';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(String(line)), child };
}
