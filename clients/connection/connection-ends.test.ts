// How conversations end by a signal and by closing; and that nothing of them is left.
import { getEventListeners, setMaxListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { closedPort, echo, open, serve } from '../../fixtures/support/loopback.ts';
import type { Connection } from './connection.ts';

/** How many connections this process has, its servers' ends included; test files before may have left some. */
const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('an abort', () => {
  it.each<[string, (client: Connection) => Promise<unknown>]>([
    ['for a reply', (client) => client.receive(1)],
    ['for anything', (client) => client.receiveSome()],
    ['for the end', (client) => client.receiveToEnd(10)],
    ['for a stream', (client) => client.receiveMatching(9, (_, length) => Buffer.alloc(length))],
  ])('ends a wait %s with its reason', async (_, wait) => {
    const port = await serve((socket) => void socket.pause());
    const controller = new AbortController();
    const client = await open(port, {}, controller.signal);
    const reason = new Error('time is up');

    const waiting = wait(client);
    controller.abort(reason);

    await expect(waiting).rejects.toBe(reason);
    expect(client.own).toBe('destroyed');
    await expect(client.receive(1)).rejects.toBe(reason);
  });
});

describe('an abort while we send', () => {
  it('ends the sending', async () => {
    const controller = new AbortController();
    const client = await open(await serve((socket) => void socket.pause()), {}, controller.signal);

    const sending = client.send(Buffer.alloc(64 * 1024 * 1024));
    controller.abort(new Error('time is up'));

    expect(await sending).toBe('ended');
  });
});

describe('closing', () => {
  it('sends FIN and waits for the server’s', async () => {
    const seen: string[] = [];
    const port = await serve((socket) => {
      socket.resume();
      socket.on('end', () => {
        seen.push('FIN');
        socket.end();
      });
      socket.on('error', () => seen.push('RST'));
    });
    const client = await open(port);

    await client.close(10_000);

    expect(client.peer.kind).toBe('fin');
    expect(client.own).toBe('destroyed');
    expect(seen).toEqual(['FIN']);
  });

  it('listens to a server that sends on and on for a while only', async () => {
    const flood = Buffer.alloc(64 * 1024, 'x');
    const port = await serve((socket) => {
      const pump = (): void => {
        while (socket.writable && socket.write(flood));
      };
      socket.on('drain', pump);
      pump();
    });
    const client = await open(port);
    await client.receive(1);
    const before = client.receivedBytes;

    await client.close(30_000);

    expect(client.own).toBe('destroyed');
    expect(client.receivedBytes - before).toBeLessThan(1024 * 1024);
  });

  it('listens to a server that drips for a while only', async () => {
    const port = await serve((socket) => {
      const drip = setInterval(() => socket.write('x'), 1);
      socket.on('close', () => clearInterval(drip));
    });
    const client = await open(port);

    await client.close(30_000);

    expect(client.own).toBe('destroyed');
    expect(client.peer.kind).toBe('open');
    expect(client.receivedBytes).toBeLessThan(10_000);
  });

  it('leaves nothing open where a reset comes right behind our FIN', async () => {
    const port = await serve((socket) => void socket.pause());
    const before = openSockets();
    const client = await open(port);

    client.halfClose();
    client.reset();

    // The server's end of it stays.
    await vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(before + 1));
    expect(client.own).toBe('destroyed');
  });

  it('gives up on a server that never closes', async () => {
    const client = await open(await serve((socket) => void socket.resume()));

    await client.close(50);

    expect(client.own).toBe('destroyed');
    expect(client.peer.kind).toBe('open');
  });

  it('leaves nothing to be used', async () => {
    const client = await open(await serve(echo));
    await client.close();

    await expect(client.send(Buffer.from('a'))).rejects.toThrow('after it was closed');
    await expect(client.receive(1)).rejects.toThrow('after it was closed');
    await client.close();
    expect(client.own).toBe('destroyed');
  });

  it('ends a wait that is under way', async () => {
    const client = await open(await serve(() => undefined));
    const outcome = client.receive(1).catch((error: unknown) => String(error));

    client.destroy();

    expect(await outcome).toContain('closed while it was waited for');
  });
});

describe('what is left of a conversation', () => {
  it.each<[string, (client: Connection) => Promise<void>]>([
    ['closed', (client) => client.close()],
    [
      'destroyed',
      (client) => {
        client.destroy();
        return Promise.resolve();
      },
    ],
    [
      'reset',
      (client) => {
        client.reset();
        client.destroy();
        return Promise.resolve();
      },
    ],
  ])('that was %s is no socket and no listener', async (_, end) => {
    const before = openSockets();
    const port = await serve(echo);
    const { signal } = new AbortController();
    setMaxListeners(0, signal);

    const clients = await Promise.all(Array.from({ length: 20 }, () => open(port, {}, signal)));
    await Promise.all(
      clients.map(async (client) => {
        await client.send(Buffer.from('hello'));
        await client.receive(5);
      }),
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(20);
    await Promise.all(clients.map(end));

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBeLessThanOrEqual(before);
  });

  it('that failed to begin is no socket and no listener', async () => {
    const before = openSockets();
    const port = await closedPort();
    const { signal } = new AbortController();
    setMaxListeners(0, signal);

    await expect(open(port, {}, signal)).rejects.toThrow('ECONNREFUSED');

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBeLessThanOrEqual(before);
  });

  it('that was aborted is no socket and no listener', async () => {
    const before = openSockets();
    const port = await serve(echo);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    await Promise.all(Array.from({ length: 20 }, () => open(port, {}, controller.signal)));

    controller.abort(new Error('enough'));

    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBeLessThanOrEqual(before);
  });
});
