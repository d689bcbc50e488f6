// How conversations end: by the server's reset, by ours, by a signal, by closing; and that nothing
// of them is left.
import { getEventListeners, once, setMaxListeners } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { connect, type Connection } from './connection.ts';
import { Deadlines } from './deadline.ts';
import { ConnectFailed } from './faults.ts';
import { echo, open, serve } from '../fixtures/support/loopback.ts';

/** How many connections this process has, its servers' ends included; none between two tests. */
const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('a reset by the server', () => {
  it('is seen as one, after the bytes that came before it', async () => {
    const port = await serve((socket) => {
      socket.write('abc');
      socket.on('data', () => void socket.resetAndDestroy());
    });
    const client = await open(port);

    await client.receive(3);
    await client.send(Buffer.from('now'));
    const rest = await client.receive(5);

    expect(rest).toEqual({ bytes: Buffer.alloc(0), end: 'reset', waitedMs: 0 });
    expect(client.peer).toEqual({ kind: 'reset', afterBytes: 3 });
    expect(client.transcript.record().entries.at(-1)).toMatchObject({
      kind: 'reset-received',
      afterBytes: 3,
    });
  });

  it('is told with the part of a reply that came before it', async () => {
    const port = await serve((socket) => {
      socket.once('data', () => {
        socket.write('ab');
        socket.once('data', () => void socket.resetAndDestroy());
      });
    });
    const client = await open(port);

    await client.send(Buffer.from('1'));
    const received = client.receive(5);
    await expect.poll(() => client.unreadBytes).toBe(2);
    await client.send(Buffer.from('2'));

    expect(await received).toEqual({ bytes: Buffer.from('ab'), end: 'reset', waitedMs: 0 });
  });

  it('is no FIN when it comes together with the last bytes', async () => {
    const port = await serve((socket) => {
      socket.once('data', (message) => {
        socket.write(message);
        socket.resetAndDestroy();
      });
    });

    for (let attempt = 0; attempt < 20; attempt += 1) {
      const client = await open(port);
      await client.send(Buffer.from('message'));

      const { bytes, end } = await client.receiveToEnd(100);

      expect({ text: bytes.toString(), end }).toEqual({ text: 'message', end: 'reset' });
      expect(client.peer).toEqual({ kind: 'reset', afterBytes: 7 });
    }
  });

  it('is no FIN when it comes together with a part of a reply', async () => {
    const port = await serve((socket) => {
      socket.once('data', () => {
        socket.write('part');
        socket.resetAndDestroy();
      });
    });

    for (let attempt = 0; attempt < 20; attempt += 1) {
      const client = await open(port);
      await client.send(Buffer.from('message'));

      const { bytes, end } = await client.receive(7);

      expect({ text: bytes.toString(), end }).toEqual({ text: 'part', end: 'reset' });
    }
  });

  it('is no FIN when it comes together with a whole reply, for who says so before', async () => {
    const port = await serve((socket) => {
      socket.once('data', (message) => {
        socket.write(message);
        socket.resetAndDestroy();
      });
    });

    for (let attempt = 0; attempt < 20; attempt += 1) {
      const client = await open(port);
      client.tellResets();
      await client.send(Buffer.from('message'));

      expect((await client.receive(7)).end).toBe('complete');
      expect((await client.receive(1)).end).toBe('reset');
    }
  });

  it('is no FIN when it answers our FIN together with a large rest', async () => {
    const owed = Buffer.alloc(100_000, 'rest');
    const port = await serve((socket) => {
      socket.resume();
      socket.once('end', () => {
        socket.write(owed);
        socket.resetAndDestroy();
      });
    });

    for (let attempt = 0; attempt < 20; attempt += 1) {
      const client = await open(port);
      client.halfClose(Buffer.from('message'));

      expect((await client.receiveToEnd(200_000)).end).toBe('reset');
    }
  });

  it('after its FIN leaves the FIN standing: all was read by then', async () => {
    const port = await serve((socket) => {
      socket.end('bye');
      socket.on('data', () => void socket.resetAndDestroy());
    });
    const client = await open(port);

    expect((await client.receiveToEnd(100)).end).toBe('fin');
    // The reset that answers one message is seen no sooner than with the next.
    await expect
      .poll(async () => {
        await client.send(Buffer.from('unwanted'));
        return client.transcript.record().entries.map(({ kind }) => kind);
      })
      .toContain('reset-received');

    expect(client.peer).toEqual({ kind: 'fin', afterBytes: 3 });
  });
});

describe('a reset by us', () => {
  it('is what the server sees, and ends every wait', async () => {
    const seen: (string | undefined)[] = [];
    const port = await serve((socket) => {
      socket.resume();
      socket.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code));
      socket.on('end', () => seen.push('FIN'));
    });
    const client = await open(port);
    const waiting = client.receive(1);

    client.reset();

    expect(client.own).toBe('reset');
    expect((await waiting).end).toBe('reset');
    await expect.poll(() => seen).toEqual(['ECONNRESET']);
  });
});

describe('connecting', () => {
  it('fails with the system’s code when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');

    const failure = await open(port).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConnectFailed);
    expect(failure).toMatchObject({
      code: 'ECONNREFUSED',
      message: `connect to 127.0.0.1 port ${port}: ECONNREFUSED`,
    });
  });

  it('to itself, where nobody listens, is refused like any other', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const deadlines = new Deadlines({ generousMs: 2000 });

    // The kernel may choose this very port for our end: here it is made to.
    const connecting = connect({ host: '127.0.0.1', port, localPort: port, deadlines });
    const failure = await connecting.catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConnectFailed);
    expect(failure).toMatchObject({ code: 'ECONNREFUSED' });
    // And it holds the port no longer: a server can take it at once.
    const next = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
    await once(next, 'listening');
    next.close();
    await once(next, 'close');
  });

  it('is not tried when the signal is aborted already', async () => {
    let arrivals = 0;
    const port = await serve(() => (arrivals += 1));
    const reason = new Error('no more');

    await expect(open(port, {}, AbortSignal.abort(reason))).rejects.toBe(reason);

    await (await open(port)).close(0);
    expect(arrivals).toBeLessThanOrEqual(1);
  });
});

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
    await expect.poll(openSockets).toBe(0);
  });

  it('that failed to begin is no socket and no listener', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { signal } = new AbortController();
    setMaxListeners(0, signal);

    await expect(open(port, {}, signal)).rejects.toThrow('ECONNREFUSED');

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBe(0);
  });

  it('that was aborted is no socket and no listener', async () => {
    const port = await serve(echo);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    await Promise.all(Array.from({ length: 20 }, () => open(port, {}, controller.signal)));

    controller.abort(new Error('enough'));

    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBe(0);
  });
});
