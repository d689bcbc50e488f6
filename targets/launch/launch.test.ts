import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launchTarget, type LaunchOptions, type LaunchedTarget } from './launch.ts';
import { failure, leaderOf, node, nodeServer, printPid, roundTrip } from './launching.ts';
import { isListening } from '../sockets/listening.ts';
import { groupMembers } from '../processes/process-group.ts';

function target(command: string, options: Partial<LaunchOptions> = {}): LaunchedTarget {
  const launched = launchTarget({ command, ...options });
  onTestFinished(() => launched.stop());
  return launched;
}

describe('start', () => {
  it('starts the command on a free port and spends no connection on it', async () => {
    // Serves one client, then leaves: a probe would have been that client.
    const one = target(
      nodeServer(`const server = net.createServer((socket) => {
        server.close();
        socket.pipe(socket);
      }).listen({port}, "127.0.0.1");`),
    );

    await one.start();

    expect(one.readyBy).toBe('listen-state');
    expect(one.generation).toBe(1);
    expect(one.listening()).toBe(true);
    expect(one.health().kind).toBe('running');
    expect(await roundTrip(one, 'once')).toBe('once');
    await expect
      .poll(() => one.health())
      .toMatchObject({ kind: 'exited', exitCode: 0, signal: null });
    expect(one.listening()).toBe(false);
  });

  it('finds the listener of a grandchild', async () => {
    const wrapped = target(
      `sh -c '"$0" -e "require(\\"net\\").createServer((s) => s.pipe(s)).listen(+process.argv[1])" {port}; sleep 60' ${node}`,
    );

    await wrapped.start();

    expect(await roundTrip(wrapped, 'hello')).toBe('hello');
  });

  it('tells a wrapper that lives from a server that is gone', async () => {
    const wrapped = target(
      `sh -c '"$0" -e "require(\\"net\\").createServer(() => process.exit(3)).listen(+process.argv[1])" {port}; sleep 60' ${node}`,
    );
    await wrapped.start();

    await roundTrip(wrapped, 'die').catch(() => '');

    await expect.poll(() => wrapped.listening()).toBe(false);
    expect(wrapped.health().kind).toBe('running');
  });

  it('takes a command that goes to the background for running while it listens', async () => {
    const script = nodeServer('listen();').replaceAll("'", "'\\''");
    const background = target(`sh -c '${script} & : {port}'`);

    await background.start();

    expect(background.health().kind).toBe('running');
    expect(await roundTrip(background, 'still here')).toBe('still here');
    await background.stop();
    expect(background.listening()).toBe(false);
    expect(background.health().kind).toBe('exited');
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['127.0.0.5', '127.0.0.5'],
  ])('reaches a server on %s at %s', async (host, reached) => {
    const bound = target(nodeServer(`listen({port}, "${host}");`));

    await bound.start();

    expect(bound.address.host).toBe(reached);
    const isElsewhere = reached !== '127.0.0.1';
    expect(bound.notices).toEqual(
      isElsewhere
        ? [expect.stringContaining(`tested at ${reached}: it does not listen on 127.0.0.1`)]
        : [],
    );
    expect(await roundTrip(bound, 'hello')).toBe('hello');
  });

  it('reaches a server on :: that takes IPv6 only', async () => {
    const bound = target(
      nodeServer(
        'net.createServer((s) => s.pipe(s)).listen({ port: {port}, host: "::", ipv6Only: true });',
      ),
    );

    await bound.start();

    expect(await roundTrip(bound, 'hello')).toBe('hello');
  });

  it('uses the given port, and hands it over as PORT', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const fixed = target(nodeServer('listen();'), { port });

    await fixed.start();

    expect(fixed.address.port).toBe(port);
  });

  it('gives the environment and the folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'launch-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const placed = target(
      nodeServer('console.log(process.cwd() + " " + process.env.COLOUR); listen({port});'),
      { cwd: folder, env: { COLOUR: 'green' } },
    );

    await placed.start();

    await expect.poll(() => placed.health()).toMatchObject({ outputTail: `${folder} green\n` });
  });

  it('runs a line of shell when asked', async () => {
    const shell = target(`: && exec ${nodeServer('listen();')} {port}`, { shell: true });

    await shell.start();

    expect(await roundTrip(shell, 'hello')).toBe('hello');
  });

  it('keeps standard input open', async () => {
    const reader = target(
      nodeServer('process.stdin.on("end", () => process.exit(1)).resume(); listen({port});'),
    );

    await reader.start();

    expect(await roundTrip(reader, 'hello')).toBe('hello');
    expect(reader.health().kind).toBe('running');
  });
});

describe('health', () => {
  it('shows the exit code', async () => {
    const quitter = target(nodeServer('net.createServer(() => process.exit(42)).listen({port});'));
    await quitter.start();

    await roundTrip(quitter, 'die').catch(() => '');

    await expect
      .poll(() => quitter.health())
      .toMatchObject({ kind: 'exited', exitCode: 42, signal: null });
  });

  it('shows the signal', async () => {
    const killed = target(nodeServer(`${printPid} listen({port});`));
    await killed.start();
    await expect.poll(() => leaderOf(killed)).toBeGreaterThan(0);

    process.kill(leaderOf(killed), 'SIGPIPE');
    process.kill(leaderOf(killed), 'SIGKILL');

    await expect
      .poll(() => killed.health())
      .toMatchObject({ kind: 'exited', exitCode: null, signal: 'SIGKILL' });
  });

  it('keeps the tail of an endless output and nothing more', async () => {
    const flood = target(
      `sh -c 'yes "$0" & exec ${nodeServer('listen();').replaceAll("'", `'\\''`)}' {port}`,
    );
    await flood.start();
    const before = process.memoryUsage.rss();

    for (let round = 0; round < 200; round += 1) expect(await roundTrip(flood, 'hi')).toBe('hi');

    const health = flood.health();
    const tail = health.kind === 'unseen' ? '' : health.outputTail;
    expect(tail.length).toBeLessThanOrEqual(4096);
    expect(tail.length).toBeGreaterThan(4000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('stop', () => {
  it('ends a server that ignores SIGTERM', async () => {
    const deaf = target(nodeServer(`${printPid} process.on("SIGTERM", () => {}); listen({port});`));
    await deaf.start();
    await expect.poll(() => leaderOf(deaf)).toBeGreaterThan(0);
    const leader = leaderOf(deaf);

    await deaf.stop();

    expect(groupMembers(leader)).toEqual([]);
    expect(deaf.health()).toMatchObject({ kind: 'exited', signal: 'SIGKILL' });
  });

  it('ends children, and those that left the group', async () => {
    const script = nodeServer('listen();').replaceAll("'", `'\\''`);
    const parent = target(
      `sh -c 'echo "pid $$"; trap "" TERM; sleep 61 & setsid sleep 62 & ${script} & wait' {port}`,
    );
    await parent.start();
    const leader = leaderOf(parent);
    await expect.poll(() => groupMembers(leader)?.length).toBeGreaterThanOrEqual(4);
    const members = groupMembers(leader) ?? [];

    await parent.stop();

    expect(groupMembers(leader, members)).toEqual([]);
  });

  it('may be called twice, at once, and before any start', async () => {
    const twice = target(nodeServer('listen({port});'));

    await twice.stop();
    await twice.start();
    await Promise.all([twice.stop(), twice.stop()]);
    await twice.stop();

    expect(twice.listening()).toBe(false);
    expect(twice.health().kind).toBe('exited');
  });

  it('ends a start under way', async () => {
    const slow = target(`sh -c 'echo "pid $$"; sleep 63' {port}`);
    const starting = failure(slow.start());
    await expect.poll(() => leaderOf(slow)).toBeGreaterThan(0);

    await slow.stop();

    expect((await starting).message).toBe('The server was stopped while it started.');
    expect(groupMembers(leaderOf(slow))).toEqual([]);
  });

  it('lets it be started again, as a new generation', async () => {
    const again = target(nodeServer(`${printPid} listen({port});`));
    await again.start();
    await expect.poll(() => leaderOf(again)).toBeGreaterThan(0);
    const first = leaderOf(again);

    await again.restart();

    expect(again.generation).toBe(2);
    expect(groupMembers(first)).toEqual([]);
    expect(await roundTrip(again, 'hello')).toBe('hello');
  });

  it('is not needed when the process that launched it ends', async () => {
    // As built: another process has to import it.
    const launchModule = new URL('../../dist/suite/index.js', import.meta.url).href;
    const script = `
      const { launchTarget } = await import(${JSON.stringify(launchModule)});
      const target = launchTarget({ command: "sh -c 'trap : TERM; " + ${JSON.stringify(
        nodeServer('listen();').replaceAll("'", `'\\''`),
      )} + " & wait; wait' {port}" });
      await target.start();
      console.log(target.address.port);
      process.exit(0);`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

    const port = Number(await text(launcher.stdout));

    expect(port).toBeGreaterThan(0);
    await expect.poll(() => isListening(port)).toBe(false);
  });
});
