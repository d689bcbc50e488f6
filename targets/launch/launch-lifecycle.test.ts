import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launchTarget, type LaunchedTarget, type LaunchOptions } from './launch.ts';
import { failure, nodeServer, roundTrip } from './launching.ts';
import { groupMembers } from '../processes/process-group.ts';
import { TargetUnavailable, type Console, type Lifecycle } from '../target.ts';

async function started(
  command: string,
  options: Partial<LaunchOptions> = {},
): Promise<LaunchedTarget> {
  const target = launchTarget({ command, ...options });
  onTestFinished(() => target.stop());
  await target.start();
  return target;
}

function lifecycleOf({ lifecycle }: LaunchedTarget): Lifecycle {
  if (lifecycle === undefined) throw new Error('It has no lifecycle.');
  return lifecycle;
}

function consoleOf({ console: typed }: LaunchedTarget): Console {
  if (typed === undefined) throw new Error('It has no console.');
  return typed;
}

describe('terminate', () => {
  it('tells how the server ended', async () => {
    const byDefault = await started(nodeServer('listen({port});'));
    const itself = await started(
      nodeServer('process.on("SIGTERM", () => process.exit(4)); listen({port});'),
    );

    expect(await lifecycleOf(byDefault).terminate(20_000)).toEqual({
      exitCode: null,
      signal: 'SIGTERM',
    });
    expect(await lifecycleOf(itself).terminate(20_000)).toEqual({ exitCode: 4, signal: null });
    expect(itself.listening()).toBe(false);
  });

  it('leaves one that ignores it alone', async () => {
    const stubborn = await started(
      nodeServer('process.on("SIGTERM", () => undefined); listen({port});'),
    );

    expect(await lifecycleOf(stubborn).terminate(50)).toBeUndefined();
    expect(await roundTrip(stubborn, 'still here')).toBe('still here');
  });
});

describe('terminate, where children outlive the server', () => {
  const stubborn = `process.on('SIGTERM', () => undefined); console.log(process.pid);`;
  const parent = (detached: boolean): string =>
    nodeServer(`
      require("node:child_process").spawn(process.execPath, ["-e", process.env.CHILD],
        { detached: ${detached}, stdio: "inherit" });
      listen({port});`);

  it.each([true, false])('counts them, and leaves none (own group: %s)', async (detached) => {
    const child = `${stubborn} setInterval(() => undefined, 1000);`;
    const target = await started(parent(detached), { env: { CHILD: child } });
    const printed = (): number => {
      const health = target.health();
      return health.kind === 'unseen' ? 0 : Number(/\d+/u.exec(health.outputTail)?.[0] ?? 0);
    };
    await expect.poll(printed, { timeout: 20_000 }).toBeGreaterThan(0);
    const pid = printed();

    const terminated = await lifecycleOf(target).terminate(500);

    expect(terminated).toEqual({ exitCode: null, signal: 'SIGTERM', leftBehind: 1 });
    await expect.poll(() => groupMembers(pid), { timeout: 20_000 }).toEqual([]);
  });
});

describe('startOnSamePort', () => {
  it('starts it where it was, over connections that linger', async () => {
    const target = await started(nodeServer('listen({port});'));
    const { address } = target;
    const client = connect(address.port, address.host).on('error', () => undefined);
    onTestFinished(() => void client.destroy());
    client.write('hello');
    await once(client, 'data');
    await lifecycleOf(target).terminate(20_000);
    client.destroy();
    if (!client.closed) await once(client, 'close');

    const restarted = await lifecycleOf(target).startOnSamePort();

    expect(restarted).toEqual({ lingered: true });
    expect(target.address).toEqual(address);
    expect(target.generation).toBe(2);
    expect(await roundTrip(target, 'again')).toBe('again');
  });

  it('says why it does not listen there again, and can be started elsewhere then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifecycle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const marker = join(folder, 'was-started');
    await writeFile(marker, '');
    const target = await started(
      nodeServer(`
        const fs = require("node:fs");
        if (fs.existsSync("${marker}") && fs.readFileSync("${marker}", "utf8") === "{port}") process.exit(7);
        fs.writeFileSync("${marker}", "{port}");
        listen({port});`),
    );

    const error = await failure(
      lifecycleOf(target)
        .startOnSamePort()
        .then(() => undefined),
    );

    expect(error.message).toContain('exited with code 7');
    await target.start();
    expect(await roundTrip(target, 'elsewhere')).toBe('elsewhere');
  });
});

describe('startSecond', () => {
  it('tells when the status may be that of a shell around the server, and when it is the server’s', async () => {
    const server = nodeServer('listen(+process.argv[1]).on("error", () => process.exit(6));');
    const script = join(await mkdtemp(join(tmpdir(), 'wrapped-')), 'start.sh');
    onTestFinished(() => rm(dirname(script), { recursive: true }));

    await writeFile(script, `${server} "$1"\ntrue\n`);
    const wrapped = await lifecycleOf(await started(`sh ${script} {port}`)).startSecond(20_000);
    expect(wrapped).toMatchObject({ isWrapped: true, exit: { exitCode: 0, signal: null } });

    const bare = await lifecycleOf(await started(`${server} {port}`)).startSecond(20_000);
    expect(bare).toMatchObject({ isWrapped: false, exit: { exitCode: 6, signal: null } });
  });

  it('tells how a second instance fails, and leaves the first as it was', async () => {
    const target = await started(
      nodeServer(
        `listen({port}).on("error", (error) => { console.error(error.code); process.exit(6); });`,
      ),
    );

    const second = await lifecycleOf(target).startSecond(20_000);

    expect(second.exit).toEqual({ exitCode: 6, signal: null });
    expect(second.outputTail).toContain('EADDRINUSE');
    expect(second.isStorm).toBe(false);
    expect(await roundTrip(target, 'first')).toBe('first');
    expect(target.generation).toBe(1);
  });

  it('ends one that stays without a port', async () => {
    const target = await started(
      nodeServer(
        'console.log("pid " + process.pid); listen({port}).on("error", () => setInterval(() => {}, 1000));',
      ),
    );

    const second = await lifecycleOf(target).startSecond(300);

    expect(second.exit).toBeUndefined();
    const pid = Number(/pid (\d+)/u.exec(second.outputTail)?.[1]);
    expect(groupMembers(pid)).toEqual([]);
  });

  it('tells a second time, and sooner, that one has settled down at another port', async () => {
    const target = await started(
      nodeServer('listen({port}).on("error", function () { this.listen(0); });'),
    );

    for (let nth = 0; nth < 2; nth += 1) {
      const second = await lifecycleOf(target).startSecond(60_000);

      expect(second.exit).toBeUndefined();
      expect(second.listensOn).toBeGreaterThan(0);
      expect(second.listensOn).not.toBe(target.address.port);
    }
  });

  it.each([
    ['that live', 'sleep 60 &'],
    ['that end at once', ': &'],
  ])('stops one that multiplies, by children %s', async (_, breed) => {
    const script = nodeServer('listen({port});').replaceAll("'", "'\\''");
    const target = await started(
      `sh -c 'if test -e "$1"; then echo pid $$; while :; do ${breed} done; fi; : > "$1"; ${script}' sh ${await freshPath()}`,
    );

    const second = await lifecycleOf(target).startSecond(50_000);

    expect(second).toMatchObject({ exit: undefined, isStorm: true });
    const pid = Number(/pid (\d+)/u.exec(second.outputTail)?.[1]);
    await expect.poll(() => groupMembers(pid)).toEqual([]);
    expect(await roundTrip(target, 'unharmed')).toBe('unharmed');
  });

  it('ends it with the target', async () => {
    const target = await started(
      nodeServer(
        'console.log("pid " + process.pid); listen({port}).on("error", () => setInterval(() => {}, 1000));',
      ),
    );
    const second = lifecycleOf(target).startSecond(20_000);

    await target.stop();

    const pid = Number(/pid (\d+)/u.exec((await second).outputTail)?.[1]);
    if (!Number.isNaN(pid)) expect(groupMembers(pid)).toEqual([]);
  });
});

async function freshPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lifecycle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'first');
}

describe('a server that multiplies before it listens', () => {
  it('is stopped and told of', async () => {
    const target = launchTarget({ command: `sh -c 'while :; do sleep 60 & done' {port}` });
    onTestFinished(() => target.stop());

    const { message } = await failure(target.start());

    expect(message).toMatch(
      /^The server kept starting processes or threads \(up to \d+ processes and \d+ threads/u,
    );
  });
});

describe('the console', () => {
  const reader = nodeServer(`
    process.stdin.on("data", (typed) => console.log(JSON.stringify(String(typed))));
    process.stdin.on("end", () => console.log("end of input"));
    listen({port});`);
  const printed = (target: LaunchedTarget) => () => {
    const health = target.health();
    return health.kind === 'unseen' ? '' : health.outputTail;
  };

  it('types lines', async () => {
    const target = await started(reader);

    await consoleOf(target).type('first line');
    await expect.poll(printed(target)).toContain('"first line\\n"');
    await consoleOf(target).type('');

    await expect.poll(printed(target)).toContain('"\\n"');
  });

  it('ends the input', async () => {
    const target = await started(reader);

    await consoleOf(target).endInput?.();
    await consoleOf(target).endInput?.();

    await expect.poll(printed(target)).toContain('end of input');
    await expect(consoleOf(target).type('late')).rejects.toThrow(TargetUnavailable);
  });

  it('says so when nobody reads what is typed', async () => {
    const target = await started(nodeServer('listen({port});'));

    await expect(consoleOf(target).type('x'.repeat(4 * 1024 * 1024))).rejects.toThrow(
      'does not read its standard input',
    );
  });
});

describe('a target that is stopped while it restarts', () => {
  it('stays stopped', async () => {
    const target = await started(nodeServer('listen({port});'));

    const restarting = failure(target.restart());
    await target.stop();

    expect((await restarting).message).toContain('was stopped');
    expect(target.health()).toMatchObject({ kind: 'exited' });
    expect(target.listening()).toBe(false);
  });
});
