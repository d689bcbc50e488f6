// Streams of many megabytes: a client that stops reading, and one that verifies as it reads.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { awake } from '../awake.ts';
import { echo, open, pattern, serve } from '../../fixtures/support/loopback.ts';

const mebibyte = 1024 * 1024;

describe('pausing', () => {
  it('lets the server feel that nobody reads, and resuming brings it all', async () => {
    const owed = pattern(32 * mebibyte);
    let isFlushed = false;
    let speaker: Socket | undefined;
    const port = await serve((socket) => {
      socket.on('data', (chunk) => {
        if (chunk.toString() !== 'go') return void socket.write(chunk);
        speaker = socket;
        socket.write(owed, () => (isFlushed = true));
      });
    });
    const [client, bystander] = [await open(port), await open(port)];

    client.pauseReading();
    await client.send(Buffer.from('go'));
    // A round trip apiece proves that the server has had its turn again and again.
    for (let turn = 0; turn < 100; turn += 1) {
      await bystander.send(Buffer.from('ping'));
      await bystander.receive(4);
    }

    expect(client.receivedBytes).toBe(0);
    expect(isFlushed).toBe(false);
    expect(speaker?.writableLength).toBeGreaterThan(0);

    client.resumeReading();
    const received = await client.receive(owed.length);

    expect(received.bytes.equals(owed)).toBe(true);
    await expect.poll(() => isFlushed).toBe(true);
    const kinds = client.transcript.record().entries.map(({ kind }) => kind);
    expect(kinds).toContain('reading-paused');
    expect(kinds).toContain('reading-resumed');
  });

  it('is no silence of the server, however long it lasts', async () => {
    const port = await serve(echo);
    const client = await open(port, { generousMs: 80 });
    client.pauseReading();
    await client.send(Buffer.from('owed'));

    const receiving = client.receive(4);
    // Far longer than the wait that a silence takes.
    await awake(400);
    client.resumeReading();

    expect(await receiving).toMatchObject({ bytes: Buffer.from('owed'), end: 'complete' });
  });
});

describe('a large message', () => {
  /** Works for half a second on what it was sent before it replies. */
  const workingServer = (): Promise<number> =>
    serve((socket) => {
      let owed = 0;
      socket.on('data', (chunk) => {
        owed += chunk.length;
        if (owed < mebibyte) return;
        const untilMs = performance.now() + 500;
        const work = (): void => {
          const pieceMs = performance.now() + 5;
          while (performance.now() < pieceMs);
          if (performance.now() < untilMs) setImmediate(work);
          else socket.write(pattern(owed));
        };
        work();
      });
    });
  const usedMs = (): Promise<number> => {
    const { user, system } = process.cpuUsage();
    return Promise.resolve((user + system) / 1000);
  };

  it('is waited for as long as the server is seen to work on it', async () => {
    const client = await open(await workingServer(), { generousMs: 80, workedMs: usedMs });
    const message = pattern(mebibyte);

    const [, received] = await Promise.all([client.send(message), client.receive(mebibyte)]);

    expect(received.end).toBe('complete');
  });

  it('is not waited for longer where the server does nothing', async () => {
    const port = await serve((socket) => void socket.resume());
    const client = await open(port, { generousMs: 80, workedMs: () => Promise.resolve(7) });

    const [, received] = await Promise.all([
      client.send(pattern(mebibyte)),
      client.receive(mebibyte),
    ]);

    expect(received.end).toBe('silence');
  });

  it('of a server whose work comes to nothing is waited for at length twice, and no more', async () => {
    const port = await serve((socket) => void socket.resume());
    const looks = { count: 0 };
    const workedMs = (): Promise<number> => Promise.resolve((looks.count += 1) * 1000);
    const client = await open(port, { generousMs: 80, workedMs });
    const ask = async (): Promise<string> => {
      const [, { end }] = await Promise.all([
        client.send(pattern(mebibyte)),
        client.receive(mebibyte),
      ]);
      return end;
    };

    expect(await ask()).toBe('silence');
    expect(await ask()).toBe('silence');
    const looksAtFirst = looks.count;
    expect(await ask()).toBe('silence');

    expect(looksAtFirst).toBeGreaterThan(2);
    expect(looks.count).toBe(looksAtFirst);
  });
});

describe('a reply that the kernel is slow to carry', () => {
  const lateServer = (): Promise<number> =>
    serve((socket) => {
      socket.on('data', (data) => setTimeout(() => socket.write(data), 700));
    });

  it('is waited for as long as bytes are under way', async () => {
    const options = { generousMs: 260, isUnderWay: () => true };
    const client = await open(await lateServer(), options);

    await client.send(Buffer.from('late'));

    expect((await client.receive(4)).end).toBe('complete');
  });

  it('is a silence of the server’s where none are', async () => {
    const asked = { ofPort: 0 };
    const isUnderWay = (localPort: number): boolean => {
      asked.ofPort = localPort;
      return false;
    };
    const client = await open(await lateServer(), { generousMs: 260, isUnderWay });

    await client.send(Buffer.from('late'));

    expect((await client.receive(4)).end).toBe('silence');
    expect(asked.ofPort).toBe(client.localPort);
  });
});

describe('a verified stream', () => {
  /** Sends `byteCount` pattern bytes on each connection, as room comes, then FIN. */
  const streaming =
    (byteCount: number, flippedAt = -1) =>
    (socket: Socket): void => {
      // 251 chunks long, so that every chunk begins where the pattern does.
      const chunk = pattern(251 * 256);
      let sent = 0;
      const pump = (): void => {
        while (sent < byteCount) {
          const piece = Buffer.from(chunk.subarray(0, byteCount - sent));
          const flip = flippedAt - sent;
          if (flip >= 0 && flip < piece.length) piece[flip] = (piece[flip] ?? 0) ^ 1;
          sent += piece.length;
          if (!socket.write(piece)) return;
        }
        socket.off('drain', pump);
        socket.end();
      };
      socket.on('drain', pump);
      pump();
    };
  const period = pattern(251 * 1024);
  const expectedAt = (offset: number, length: number): Buffer =>
    period.subarray(offset % 251, (offset % 251) + length);

  it('keeps none of what it has verified', async () => {
    const byteCount = 64 * mebibyte;
    const client = await open(await serve(streaming(byteCount)));
    let mostUnread = 0;

    const checked = await client.receiveMatching(byteCount, (offset, length) => {
      mostUnread = Math.max(mostUnread, client.unreadBytes);
      return expectedAt(offset, length);
    });

    expect(checked).toEqual({
      verifiedBytes: byteCount,
      mismatch: undefined,
      end: 'complete',
      waitedMs: 0,
    });
    // What had come before anybody looked may still have been queued; nothing is added to it.
    expect(mostUnread).toBeLessThan(mebibyte);
    expect(client.unreadBytes).toBe(0);
  });

  it('tells where it departs from what was expected', async () => {
    const flippedAt = 3_000_001;
    const client = await open(await serve(streaming(8 * mebibyte, flippedAt)));

    const { verifiedBytes, mismatch } = await client.receiveMatching(8 * mebibyte, expectedAt);

    const { expected = Buffer.alloc(0), observed = Buffer.alloc(0) } = mismatch ?? {};
    const first = expected.findIndex((byte, index) => byte !== observed[index]);
    expect(verifiedBytes + first).toBe(flippedAt);
    expect(observed[first]).toBe((expected[first] ?? 0) ^ 1);
  });

  it('tells how much was right when the server ends it early', async () => {
    const client = await open(await serve(streaming(1000)));

    expect(await client.receiveMatching(5000, expectedAt)).toEqual({
      verifiedBytes: 1000,
      mismatch: undefined,
      end: 'fin',
      waitedMs: 0,
    });
  });

  it('tells how much was right when the server falls silent', async () => {
    const port = await serve((socket) => void socket.write(pattern(1000)));
    const client = await open(port, { generousMs: 100 });

    const checked = await client.receiveMatching(5000, expectedAt);

    expect(checked).toMatchObject({ verifiedBytes: 1000, end: 'silence' });
  });

  it('begins with what is queued and leaves what goes beyond it', async () => {
    const client = await open(await serve(streaming(300)));
    await client.receive(1);
    client.halfClose();

    const checked = await client.receiveMatching(100, (offset, length) =>
      expectedAt(offset + 1, length),
    );

    expect(checked).toMatchObject({ verifiedBytes: 100, end: 'complete' });
    expect((await client.receiveToEnd(1000)).bytes).toEqual(pattern(199, 101));
  });
});
