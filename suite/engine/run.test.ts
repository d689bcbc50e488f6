import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { embeddedTarget } from '../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import { addressTarget } from '../../targets/running/address.ts';
import type { Target } from '../../targets/target.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { run, type RunOptions } from './run.ts';

/** A server on a free port that hands every connection to `converse`; it ends with the test. */
async function serve(
  converse: (socket: Socket, die: () => void) => void,
): Promise<{ readonly target: Target; readonly stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse(socket, () => {
      server.close();
      for (const one of sockets) one.resetAndDestroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(stop);
  return { target: addressTarget({ host: '127.0.0.1', port }), stop };
}

const echoing = (socket: Socket): void => void socket.pipe(socket);

const named = (...ids: readonly string[]): Behaviour[] =>
  behaviours.filter(({ id, family }) => ids.includes(id) || ids.includes(family));

async function eventsOf(options: RunOptions): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run(options)) events.push(event);
  return events;
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('the events of a run', () => {
  it('come in order: what it is about, each behaviour’s begin and end, its own end', async () => {
    const { target } = await serve(echoing);
    const chosen = named('accept/accepts', 'payload/answers', 'payload/one-message');

    const events = await eventsOf({ target, behaviours: chosen, seed: 7 });

    const types = events.map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['run-started', 'contract-found', 'planned']);
    expect(types.at(-1)).toBe('run-finished');
    expect(events[0]).toMatchObject({ schema: 'conform/events/1', seed: 7, strict: false });
    expect(events[1]).toMatchObject({ contract: { id: 'echo', found: 'detected' } });
    for (const { id } of chosen) {
      const about = events.flatMap((event) =>
        'id' in event && event.id === id ? [event.type] : [],
      );
      expect(about).toEqual(['behaviour-started', 'behaviour-finished']);
    }
    expect(summarise(events)).toMatchObject({ verdict: 'conforms', exitCode: 0, seed: 7 });
  });

  it('are the same after a trip through JSON, failures and their evidence included', async () => {
    const { target } = await serve((socket) => {
      socket.on('data', (read) => {
        const nul = read.indexOf(0);
        socket.write(nul < 0 ? read : read.subarray(0, nul));
      });
      socket.on('end', () => void socket.end());
    });

    const events = await eventsOf({
      target,
      contract: echo,
      behaviours: named('payload/one-message', 'payload/nul-bytes', 'payload/any-text', 'end-word'),
      timeoutMs: 300,
    });

    for (const event of events) expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    const verdicts = events.flatMap((event) =>
      event.type === 'behaviour-finished' ? [event.verdict.kind] : [],
    );
    expect(verdicts).toContain('failed');
    expect(verdicts).toContain('skipped');
  });

  it.each([-1, 1.5, 2 ** 31, Number.NaN])('have no seed %d', async (seed) => {
    const { target } = await serve(echoing);

    await expect(eventsOf({ target, contract: echo, behaviours: [], seed })).rejects.toThrow(
      new RangeError(`seed is ${seed}: expected a whole number from 0 to 2147483647.`),
    );
  });

  it('hold the same payloads for the same seed, and others for another', async () => {
    const shortBytes = 1024;
    const heardWith = async (seed: number): Promise<string[]> => {
      const heard: string[] = [];
      const { target } = await serve((socket) => {
        const reads: Buffer[] = [];
        socket.on('data', (read) => {
          reads.push(read);
          socket.write(read);
        });
        socket.on('end', () => {
          heard.push(Buffer.concat(reads).toString('hex'));
          socket.end();
        });
      });
      const chosen = named('payload/any-bytes');
      const events = await eventsOf({ target, contract: echo, behaviours: chosen, seed, cases: 5 });
      expect(summarise(events).exitCode).toBe(0);
      // The server may hear the last words after the run has ended.
      await expect.poll(openSockets).toBe(0);
      // The longest are left out where the machine is too busy for them.
      return heard.filter(({ length }) => length <= 2 * shortBytes).sort();
    };

    const first = await heardWith(5);

    expect(first.length).toBeGreaterThan(5);
    expect(await heardWith(5)).toEqual(first);
    expect(await heardWith(6)).not.toEqual(first);
  });
});

describe('a run that cannot judge', () => {
  it('says that nobody listens', async () => {
    const { target, stop } = await serve(echoing);
    await stop();

    const events = await eventsOf({ target });

    expect(events.map(({ type }) => type)).toEqual(['run-started', 'run-finished']);
    expect(events[1]).toMatchObject({
      unreachable: expect.stringContaining('Nothing listens') as string,
    });
    expect(summarise(events)).toMatchObject({ verdict: 'could-not-judge', exitCode: 3 });
  });

  it('tells what is known when it is stopped in the middle', async () => {
    const { target } = await serve(echoing);
    const controller = new AbortController();
    const events: RunEvent[] = [];

    for await (const event of run({ target, contract: echo, signal: controller.signal })) {
      events.push(event);
      const isJudged = event.type === 'behaviour-finished' && event.verdict.kind === 'passed';
      if (isJudged) controller.abort(new Error('enough'));
    }

    const report = summarise(events);
    expect(report).toMatchObject({ exitCode: 3, cutShort: 'the run was interrupted' });
    expect(report.behaviours).toHaveLength(behaviours.length);
    expect(report.counts.passed).toBeGreaterThan(0);
    expect(report.counts.failed).toBe(0);
    expect(report.counts.skipped).toBeGreaterThan(0);
    await expect.poll(openSockets).toBe(0);
  });

  it('ends at once when it was stopped before it began', async () => {
    const { target } = await serve(echoing);

    const events = await eventsOf({ target, signal: AbortSignal.abort(new Error('no')) });

    expect(events.at(-1)).toMatchObject({
      type: 'run-finished',
      cutShort: expect.any(String) as string,
    });
    expect(summarise(events).exitCode).toBe(3);
  });

  it('leaves nothing open when nobody checks it any more', async () => {
    const { target } = await serve(echoing);

    for await (const event of run({ target, contract: echo })) {
      if (event.type === 'behaviour-started') break;
    }

    await expect.poll(openSockets).toBe(0);
  });
});

describe('a right server that answers one client late, once', () => {
  it.each([2, 3, 4, 5])('is not said to close idle clients: number %i', async (late) => {
    let clients = 0;
    const { target } = await serve((socket) => {
      clients += 1;
      // Beyond what this run waits for a reply.
      setTimeout(() => socket.pipe(socket), clients === late ? 1500 : 0);
    });

    const chosen = named('half-close/keeps-idle-clients');
    const events = await eventsOf({ target, contract: echo, behaviours: chosen, timeoutMs: 400 });

    expect(summarise(events).counts).toMatchObject({ failed: 0, passed: 1 });
  });
});

describe('a check that fails while others of its clients are under way', () => {
  it('leaves none of them behind', async () => {
    const server = findServer('swaps-blocks');
    if (server === undefined) throw new Error('There is no such server.');

    const chosen = named('stream/replies-at-once-at-any-size');
    const target = embeddedTarget(server);
    const events = await eventsOf({ target, contract: echo, behaviours: chosen });

    expect(summarise(events).counts.failed).toBe(1);
    await expect.poll(openSockets).toBe(0);
  });
});

describe('a server that dies', () => {
  it('does not conform', async () => {
    const { target } = await serve((socket, die) => {
      socket.on('data', (read) => {
        if (read.includes(0)) die();
        else socket.write(read);
      });
      socket.on('end', () => void socket.end());
    });

    const chosen = named('payload/one-message', 'payload/nul-bytes', 'robustness/stays-up');
    // One after another: of two that are under way at its death, nobody could tell whose it was.
    const options = { target, contract: echo, behaviours: chosen, jobs: 1 };
    const report = summarise(await eventsOf(options));

    expect(report).toMatchObject({ verdict: 'does-not-conform', exitCode: 1 });
    const verdicts = new Map(report.behaviours.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts.get('payload/one-message')?.kind).toBe('passed');
    expect(verdicts.get('payload/nul-bytes')).toMatchObject({
      kind: 'failed',
      finding: { kind: 'died' },
    });
    expect(verdicts.get('robustness/stays-up')?.kind).toBe('failed');
  });
});

describe('a server that serves one client at a time', () => {
  it('conforms when that is its promise, and is not asked for more', async () => {
    let turn = Promise.resolve();
    const { target } = await serve((socket) => {
      turn = turn.then(
        () =>
          new Promise((resolve) => {
            socket.once('close', () => resolve());
            echoing(socket);
          }),
      );
    });

    const report = summarise(
      await eventsOf({
        target,
        contract: echo,
        serves: 'one-at-a-time',
        behaviours: named('accept', 'payload/one-message', 'half-close', 'concurrency'),
      }),
    );

    expect(report).toMatchObject({ exitCode: 0, contract: { serves: 'one-at-a-time' } });
    for (const { family, verdict } of report.behaviours) {
      if (family !== 'concurrency') continue;
      expect(verdict).toEqual({
        kind: 'skipped',
        reason: 'under this contract the server serves one client at a time',
      });
    }
  });
});

describe('a server that serves one client and is gone', () => {
  it('is judged by its one conversation', async () => {
    const { target } = await serve((socket, die) => {
      echoing(socket);
      socket.once('close', die);
    });

    const report = summarise(await eventsOf({ target, contract: echo, serves: 'one' }));

    expect(report).toMatchObject({ exitCode: 0, contract: { serves: 'one' } });
    const passed = report.behaviours.filter(({ verdict }) => verdict.kind === 'passed');
    expect(passed.map(({ id }) => id)).toEqual([
      'accept/accepts',
      'payload/answers',
      'payload/one-message',
      'payload/line-endings',
      'payload/all-byte-values-together',
      'half-close/closes-too',
      'half-close/ends-with-fin-not-reset',
    ]);
    expect(report.counts).toMatchObject({ failed: 0, blocked: 0, errored: 0 });
  });

  it('fails by it too', async () => {
    const { target } = await serve((socket, die) => {
      socket.on('data', (read) => socket.write(Buffer.from(read).fill('?', 0, 1)));
      socket.on('end', () => void socket.end());
      socket.once('close', die);
    });

    const report = summarise(await eventsOf({ target, contract: echo, serves: 'one' }));

    expect(report).toMatchObject({ verdict: 'does-not-conform', exitCode: 1 });
    const failed = report.behaviours.flatMap(({ verdict }) =>
      verdict.kind === 'failed' ? [verdict] : [],
    );
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ conversation }) => conversation.length === 1)).toBe(true);
  });
});
