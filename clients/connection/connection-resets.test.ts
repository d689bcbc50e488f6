// How conversations end by the server's reset and by ours.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { open, serve } from '../../fixtures/support/loopback.ts';

/** A whole reply, and the reset right behind it. */
function echoThenReset(socket: Socket): void {
  socket.once('data', (message) => {
    socket.write(message);
    socket.resetAndDestroy();
  });
}

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
    const port = await serve(echoThenReset);

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
    const port = await serve(echoThenReset);

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
