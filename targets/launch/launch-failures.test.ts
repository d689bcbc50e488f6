import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InvalidCommand } from './command/command-line.ts';
import { launchTarget, type LaunchOptions, type LaunchedTarget } from './launch.ts';
import { failure, leaderOf, nodeServer, roundTrip } from './launching.ts';
import { isListening } from '../sockets/listening.ts';
import { groupMembers } from '../processes/process-group.ts';

function target(command: string, options: Partial<LaunchOptions> = {}): LaunchedTarget {
  const launched = launchTarget({ command, ...options });
  onTestFinished(() => launched.stop());
  return launched;
}

describe('a start that fails', () => {
  it.each(['./server 9990', 'true'])('needs a port in "%s"', (command) => {
    expect(() => launchTarget({ command })).toThrow(InvalidCommand);
    expect(() => launchTarget({ command })).toThrow('The command does not say which port to use');
  });

  it.each([
    ['no-such-program-anywhere {port}', 'command not found (not on PATH)'],
    ['./no-such-file {port}', 'command not found (there is no such file relative to /'],
  ])('says that %s is not there', async (command, message) => {
    const error = await failure(target(command).start());

    expect(error.message).toContain(message);
  });

  it('says that the folder is not there', async () => {
    const error = await failure(target('true {port}', { cwd: '/no/such/folder' }).start());

    expect(error.message).toContain('the folder /no/such/folder to start it in does not exist');
  });

  it('says that a file is not executable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'launch-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'server'), '#!/bin/sh\n');
    await chmod(join(folder, 'server'), 0o600);

    const error = await failure(target('./server {port}', { cwd: folder }).start());

    expect(error.message).toContain('not executable');
  });

  it('shows the exit code and what was printed', async () => {
    const error = await failure(target(`sh -c 'echo bind failed >&2; exit 7' {port}`).start());

    expect(error.message).toMatch(
      /^The server exited with code 7 before it listened on port \d+\.$/u,
    );
    expect(error.outputTail).toBe('bind failed\n');
  });

  it('shows the signal', async () => {
    const error = await failure(target(`sh -c 'kill -SEGV $$' {port}`).start());

    expect(error.message).toMatch(/^The server died of SIGSEGV before .* It printed nothing\.$/u);
  });

  it('says that nothing listens in time, and leaves nothing running', async () => {
    const sleeper = target(`sh -c 'echo "pid $$"; sleep 60 & wait' {port}`, {
      readyTimeoutMs: 300,
    });

    const error = await failure(sleeper.start());

    expect(error.message).toMatch(
      /did not listen on port \d+ within 300 ms\. It is still running/u,
    );
    expect(groupMembers(leaderOf(sleeper))).toEqual([]);
  });

  it('says which other port it listens on', async () => {
    const stubborn = target(
      nodeServer(
        'const server = listen(0, "127.0.0.1", () => console.log("at " + server.address().port)); // {port}\n',
      ),
      { readyTimeoutMs: 2000 },
    );

    const error = await failure(stubborn.start());

    const port = /at (\d+)/u.exec(error.outputTail ?? '')?.[1] ?? 'none';
    expect(error.message).toContain(`It listens on port ${port} instead`);
  });

  it('says that the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;

    const error = await failure(target(nodeServer('listen();'), { port }).start());

    expect(error.message).toContain(`Port ${port} is taken`);
  });

  it('does not take a stranger on the port for the server', async () => {
    // The command starts with nobody on the port; then we listen there, and it never does.
    const server = createServer();
    onTestFinished(() => void server.close());
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const idle = target('sleep 60', { port, readyTimeoutMs: 700 });

    const starting = failure(idle.start());
    await expect.poll(() => idle.health().kind).toBe('running');
    server.listen(port, '127.0.0.1');
    const error = await starting;

    expect(isListening(port)).toBe(true);
    expect(error.message).toContain(`Another process listens on port ${port}`);
  });

  it('can be tried again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'launch-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const late = target(nodeServer('require("./ready.cjs"); listen({port});'), { cwd: folder });
    const error = await failure(late.start());
    await writeFile(join(folder, 'ready.cjs'), '');

    await late.start();

    expect(error.outputTail).toContain('ready.cjs');
    expect(late.generation).toBe(1);
    expect(await roundTrip(late, 'hello')).toBe('hello');
  });
});
