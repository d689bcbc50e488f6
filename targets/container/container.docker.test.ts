import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runMark } from '../cleanup/guard.ts';
import { TargetUnavailable } from '../target.ts';
import { within } from '../within.ts';
import { containerTarget, type ContainerOptions, type ContainerTarget } from './container.ts';
import { InvalidContainer } from './invalid-container.ts';
import {
  engine,
  labelled,
  missing,
  printedBy,
  roundTrip,
  serverFolder,
  theEngine,
} from './with-engine.ts';

// An engine takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const targets: ContainerTarget[] = [];
afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.stop()));
});

function inContainer(name: string, options: Partial<ContainerOptions> = {}): ContainerTarget {
  const target = containerTarget({
    from: { kind: 'build', folder: serverFolder(name) },
    ...options,
  });
  targets.push(target);
  return target;
}

async function started(
  name: string,
  options: Partial<ContainerOptions> = {},
): Promise<ContainerTarget> {
  const target = inContainer(name, options);
  await target.start();
  return target;
}

const lifecycleOf = ({ lifecycle }: ContainerTarget): NonNullable<ContainerTarget['lifecycle']> => {
  if (lifecycle === undefined) throw new Error('The engine has no init.');
  return lifecycle;
};

/** A conversation that the server ends first, whatever the timing: its side waits for a minute then. */
async function endedByServer({ address }: ContainerTarget): Promise<void> {
  const client = connect({ ...address, allowHalfOpen: true });
  client.write('x');
  client.resume();
  await once(client, 'end');
  client.end();
}

async function failure(starting: Promise<void>): Promise<TargetUnavailable> {
  const error: unknown = await starting.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TargetUnavailable);
  return error instanceof TargetUnavailable ? error : new TargetUnavailable('');
}

describe.skipIf(engine === undefined)(`a server in a container${missing}`, () => {
  it('is ready when it listens, and is reached at an address of its own', async () => {
    const target = await started('echo');

    expect(await roundTrip(target, 'hello')).toBe('hello');
    expect(target).toMatchObject({ kind: 'container', generation: 1, notices: [] });
    expect(target.health()).toMatchObject({ kind: 'running' });
    expect(['direct', 'published']).toContain(target.wayIn?.kind);
  });

  it('is reached through a published port where its address is not to be used', async () => {
    const target = await started('echo', { publish: true });

    expect(await roundTrip(target, 'hello')).toBe('hello');
    expect(['published', 'proxied']).toContain(target.wayIn?.kind);
    expect(target.notices).toHaveLength(target.wayIn?.kind === 'proxied' ? 1 : 0);
  });

  it('is judged on the port that is asked for, where its image exposes several', async () => {
    expect(await roundTrip(await started('two-ports', { port: 9990 }), 'x')).toBe('x');
    await expect(inContainer('two-ports').start()).rejects.toThrow(InvalidContainer);
    await expect(inContainer('two-ports').start()).rejects.toThrow('9990, 9991');
  });

  it('comes of an image by name, and needs a port where the image exposes none', async () => {
    const from = { kind: 'image', name: 'debian:bookworm-slim' } as const;
    const script =
      'use IO::Socket::INET; my $l = IO::Socket::INET->new(LocalPort => 7, Listen => 5) or die;' +
      'while (my $c = $l->accept) { while (sysread $c, my $b, 999) { syswrite $c, $b } close $c }';
    const target = await started('', { from, port: 7, command: ['perl', '-e', script] });

    expect(await roundTrip(target, 'port 7 needs no rights here')).toMatch(/no rights here$/);
    await expect(inContainer('', { from }).start()).rejects.toThrow(/exposes no port/);
  });

  it('is started again in a moment, each time as a new generation', async () => {
    const target = await started('echo');
    for (let generation = 2; generation < 5; generation += 1) {
      await target.restart();

      expect(target.generation).toBe(generation);
      expect(await roundTrip(target, 'again')).toBe('again');
    }
  });

  it('is started again though its ended connections hold the port', async () => {
    const target = await started('no-reuse');
    for (let count = 0; count < 3; count += 1) {
      // It does not set SO_REUSEADDR.
      await endedByServer(target);
      await target.restart();
    }
    expect(await roundTrip(target, 'y')).toBe('y');
  });

  it('has its exit told: by itself, by a signal, by our hand', async () => {
    const target = await started('dies-of-a-word');
    const client = connect(target.address.port, target.address.host);
    client.on('error', () => undefined);
    client.write('crash');

    expect(await within(20_000, () => target.health().kind === 'exited')).toBe(true);
    expect(target.health()).toMatchObject({ kind: 'exited', exitCode: null, signal: 'SIGSEGV' });
    expect(target.listening()).not.toBe(true);
    client.destroy();
  });

  it('is counted by the kernel’s own tables', async () => {
    const target = await started('echo');
    const client: Socket = connect(target.address.port, target.address.host);
    client.write('here');
    await once(client, 'data');

    const snapshot = await target.snapshot();

    client.destroy();
    // Where the engine is elsewhere, that is said.
    if (snapshot.kind === 'unseen') expect(snapshot.reason).toMatch(/engine’s machine/);
    else expect(snapshot).toMatchObject({ processes: 2, zombies: 0 });
  });
});

describe.skipIf(engine === undefined)(`the life of a server in a container${missing}`, () => {
  it('ends by SIGTERM, and starts again on the port while old connections linger', async () => {
    const target = await started('echo');
    const { address } = target;
    const client = connect(address.port, address.host);
    client.on('error', () => undefined);
    client.write('x');
    await once(client, 'data');

    expect(await lifecycleOf(target).terminate(20_000)).toEqual({
      exitCode: null,
      signal: 'SIGTERM',
    });
    expect(await lifecycleOf(target).startOnSamePort()).toEqual({ lingered: true });
    expect(target.address).toEqual(address);
    expect(await roundTrip(target, 'again')).toBe('again');
    client.destroy();
  });

  it('does not go on where the port cannot be bound again', async () => {
    const target = await started('no-reuse');
    await endedByServer(target);
    await lifecycleOf(target).terminate(20_000);

    const { message, outputTail } = await failure(
      lifecycleOf(target).startOnSamePort() as Promise<never>,
    );

    expect(message).toMatch(/exited with code \d+ before it listened/);
    expect(outputTail).toMatch(/cannot listen: Address already in use/);
    await target.restart();
    expect(await roundTrip(target, 'y')).toBe('y');
  });

  it('shows what a second one does on the taken port', async () => {
    const target = await started('echo');

    const second = await lifecycleOf(target).startSecond(20_000);

    expect(second.exit?.exitCode).toBeGreaterThan(0);
    expect(second).toMatchObject({ isStorm: false, isSharing: false });
    expect(second.outputTail).toMatch(/Address already in use/);
    expect(await roundTrip(target, 'still here')).toBe('still here');
  });
});

describe.skipIf(engine === undefined)(`a person at a container’s console${missing}`, () => {
  it('types lines that reach the server, and ends its input', async () => {
    const target = await started('operator');
    const client = connect(target.address.port, target.address.host);
    await once(client, 'connect');
    await target.console?.type('hello');
    const [heard] = (await once(client, 'data')) as [Buffer];

    expect(String(heard)).toBe('hello\n');

    await target.console?.endInput?.();

    expect(await within(20_000, () => printedBy(target).includes('end of input'))).toBe(true);
    expect(await within(20_000, () => target.health().kind === 'exited')).toBe(true);
    expect(target.health()).toMatchObject({ exitCode: 0, signal: null });
    client.destroy();
  });
});

describe.skipIf(engine === undefined)(`what cannot be judged in a container${missing}`, () => {
  it('is a server that ends before it listens: its status and its output are told', async () => {
    const { message, outputTail } = await failure(inContainer('exits-early').start());

    expect(message).toBe('The server exited with code 3 before it listened on port 9990.');
    expect(outputTail).toBe('no configuration found\n');
  });

  it('is one that listens on another port', async () => {
    const options = { port: 9991, readyTimeoutMs: 3000 };
    const { message } = await failure(inContainer('two-ports', options).start());

    expect(message).toMatch(/It listens on port 9990 instead/);
  });

  it('is one that cannot be built: the end of the build’s output is told', async () => {
    const { message, outputTail } = await failure(
      inContainer('cannot-be-built', { label: './student' }).start(),
    );

    expect(message).toMatch(/^\.\/student could not be built: .* non-zero code: 1$/);
    expect(outputTail).toMatch(/server\.c:7: expected ';'/);
    // Nothing is left of it, and what it was built on is still there.
    const names = await imageNames();
    expect(names.filter((name) => name.includes('cannot-be-built'))).toEqual([]);
    expect(names).toContain('debian:bookworm-slim');
  });

  it('is one whose build does not end', async () => {
    const { message } = await failure(inContainer('never-built', { buildTimeoutMs: 3000 }).start());

    expect(message).toMatch(/not over after 0\.05 min/);
    expect(await within(20_000, async () => !(await isBuilding('waiting for nobody')))).toBe(true);
  });

  it('is one whose base nobody has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'conform-no-base-'));
    await writeFile(join(folder, 'Dockerfile'), 'FROM conform.invalid/none:1\n');
    const from = { kind: 'build', folder } as const;
    const { message } = await failure(inContainer('', { from, port: 1 }).start());
    await rm(folder, { recursive: true });

    expect(message).toMatch(/the image conform\.invalid\/none:1 that it builds on is not here/);
  });

  it('is an image that nobody has', async () => {
    const from = { kind: 'image', name: 'conform.invalid/none:1' } as const;
    const { message } = await failure(inContainer('', { from, port: 1 }).start());

    expect(message).toMatch(/no image conform\.invalid\/none:1, and it could not be fetched/);
  });
});

async function imageNames(): Promise<string[]> {
  const images = await theEngine().docker.listImages();
  return images.flatMap(({ RepoTags }) => (RepoTags as string[] | null) ?? []);
}

async function isBuilding(word: string): Promise<boolean> {
  const containers = await theEngine().docker.listContainers();
  return containers.some(({ Command }) => Command.includes(word));
}

describe.skipIf(engine === undefined)(`when all is over${missing}`, () => {
  it('nothing is left, whenever it is stopped', async () => {
    const stages: readonly (number | undefined)[] = [0, 30, 200, 500, 900, undefined];
    for (const stopAfterMs of stages) {
      const target = inContainer('echo');
      const starting = target.start().catch((error: unknown) => error);
      if (stopAfterMs === undefined) await starting;
      else await new Promise((resolve) => setTimeout(resolve, stopAfterMs));
      await target.stop();
      await starting;
      await target.stop();
    }
    expect(await labelled(runMark)).toEqual([]);
  });

  it('one image of a folder is left, under a name, whatever was built before', async () => {
    const { docker } = theEngine();
    const images = async (): Promise<readonly string[]> => {
      const filters = { label: [`conform.built=${serverFolder('echo')}`] };
      return (await docker.listImages({ filters })).map(({ Id }) => Id);
    };
    await started('echo');
    const [first, ...others] = await images();
    await started('echo');

    expect(others).toEqual([]);
    expect(await images()).toEqual([first]);
  });
});
