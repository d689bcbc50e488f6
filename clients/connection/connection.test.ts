import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from './connection.ts';
import { Deadlines } from '../deadline.ts';
import { echo, open, pattern, serve } from '../../fixtures/support/loopback.ts';

const mebibyte = 1024 * 1024;

describe('send and receive', () => {
  it('brings back what was sent, message after message', async () => {
    const client = await open(await serve(echo));

    for (const text of ['a', '\0\xff', 'third message\r\n']) {
      const message = Buffer.from(text, 'latin1');
      expect(await client.send(message)).toBe('taken');
      expect(await client.receive(message.length)).toEqual({
        bytes: message,
        end: 'complete',
        waitedMs: 0,
      });
    }
    expect(client).toMatchObject({ sentBytes: 18, receivedBytes: 18, unreadBytes: 0, own: 'open' });
    expect(client.peer).toEqual({ kind: 'open' });
  });

  it('leaves for later what was not asked for', async () => {
    const client = await open(await serve((socket) => void socket.end('one two')));

    expect((await client.receive(3)).bytes.toString()).toBe('one');
    expect((await client.receiveToEnd(100)).bytes.toString()).toBe(' two');
  });

  it('takes whatever comes next, then tells the end', async () => {
    const client = await open(await serve(echo));

    await client.send(Buffer.from('some'));
    const some = await client.receiveSome();
    client.halfClose();
    const end = await client.receiveSome();

    expect(some.end).toBe('complete');
    expect('some'.startsWith(some.bytes.toString())).toBe(true);
    const rest = await client.receiveToEnd(100);
    expect(Buffer.concat([some.bytes, end.bytes, rest.bytes]).toString()).toBe('some');
    expect(rest.end).toBe('fin');
  });

  it('reads while it writes, so that many megabytes come back', async () => {
    const client = await open(await serve(echo));
    const sent = pattern(16 * mebibyte);

    const [handedOver, received] = await Promise.all([
      client.send(sent),
      client.receive(sent.length),
    ]);

    expect(handedOver).toBe('taken');
    expect(received.end).toBe('complete');
    expect(received.bytes.equals(sent)).toBe(true);
  });

  it('reads while it writes even before anybody has asked for a reply', async () => {
    const client = await open(await serve(echo));
    const sent = pattern(16 * mebibyte);

    expect(await client.send(sent)).toBe('taken');

    expect((await client.receive(sent.length)).bytes.equals(sent)).toBe(true);
  });

  it('is stuck when the server makes no room', async () => {
    const client = await open(await serve((socket) => void socket.pause()), { generousMs: 100 });

    expect(await client.send(Buffer.alloc(64 * mebibyte))).toBe('stuck');

    const silence = { kind: 'silence', awaited: 'room to send' };
    expect(client.transcript.record().entries.at(-1)).toMatchObject(silence);
  });

  it('has its sending ended by a reset', async () => {
    const client = await open(
      await serve((socket) => void socket.once('data', () => void socket.resetAndDestroy())),
    );

    expect(await client.send(Buffer.alloc(64 * mebibyte))).toBe('ended');

    expect(client.peer.kind).toBe('reset');
  });

  it('learns how fast the server replies', async () => {
    const deadlines = new Deadlines({ generousMs: 10_000 });
    const client = await connect({ host: '127.0.0.1', port: await serve(echo), deadlines });
    onTestFinished(() => client.destroy());

    await client.send(Buffer.from('a'));
    await client.receive(1);

    expect(deadlines.slowestMs).toBeGreaterThan(0);
  });

  it('does not learn from a reply how long we left it unread', async () => {
    const deadlines = new Deadlines({ generousMs: 10_000 });
    const client = await connect({ host: '127.0.0.1', port: await serve(echo), deadlines });
    onTestFinished(() => client.destroy());

    const startedMs = performance.now();
    await client.send(Buffer.from('a'));
    while (client.unreadBytes === 0) await delay(1);
    const atMostMs = performance.now() - startedMs;
    await delay(50);
    await client.receive(1);

    expect(deadlines.slowestMs).toBeGreaterThan(0);
    expect(deadlines.slowestMs).toBeLessThanOrEqual(atMostMs);
  });

  it('learns nothing of a wait for no byte at all', async () => {
    const deadlines = new Deadlines({ generousMs: 10_000 });
    const client = await connect({
      host: '127.0.0.1',
      port: await serve(() => undefined),
      deadlines,
    });
    onTestFinished(() => client.destroy());

    await client.send(Buffer.from('a'));
    await client.receive(0);

    expect(deadlines.slowestMs).toBe(0);
  });
});

describe('half-closing', () => {
  it('ends our side alone: the server hears FIN and may go on speaking', async () => {
    const heard: Buffer[] = [];
    const port = await serve((socket) => {
      socket.on('data', (chunk) => heard.push(chunk));
      socket.on('end', () => void socket.end('good bye'));
    });
    const client = await open(port);

    await client.send(Buffer.from('first '));
    client.halfClose(Buffer.from('last'));

    expect(client.own).toBe('half-closed');
    expect(await client.receiveToEnd(100)).toMatchObject({
      bytes: Buffer.from('good bye'),
      end: 'fin',
    });
    expect(Buffer.concat(heard).toString()).toBe('first last');
    expect(client.peer).toEqual({ kind: 'fin', afterBytes: 8 });
    expect(await client.send(Buffer.from('more'))).toBe('ended');
    expect(client.sentBytes).toBe(10);
  });

  it('by the server leaves our side open: it still hears what we send', async () => {
    const heard: Promise<Buffer>[] = [];
    const port = await serve((socket) => {
      socket.end('hello');
      heard.push(buffer(socket));
    });
    const client = await open(port);

    expect((await client.receiveToEnd(100)).end).toBe('fin');
    expect(client).toMatchObject({ own: 'open', peer: { kind: 'fin', afterBytes: 5 } });
    expect(await client.send(Buffer.from('still '))).toBe('taken');
    client.halfClose(Buffer.from('here'));

    expect(String(await heard[0])).toBe('still here');
  });
});

describe('a reply that is short', () => {
  it('by FIN is told with what came', async () => {
    const client = await open(await serve((socket) => void socket.end('abc')));

    expect(await client.receive(5)).toEqual({
      bytes: Buffer.from('abc'),
      end: 'fin',
      waitedMs: 0,
    });
  });

  it('by silence is told with how long it was waited for', async () => {
    const client = await open(await serve((socket) => void socket.write('abc')), {
      generousMs: 100,
    });

    const { bytes, end, waitedMs } = await client.receive(5);

    expect({ text: bytes.toString(), end }).toEqual({ text: 'abc', end: 'silence' });
    expect(waitedMs).toBeGreaterThanOrEqual(100);
    expect(client.transcript.record().entries.at(-1)).toMatchObject({
      kind: 'silence',
      awaited: 'reply',
      waitedMs,
    });
    expect(client.peer.kind).toBe('open');
  });

  it('while a few bytes at a time still come waits longer where everything takes longer', async () => {
    const port = await serve((socket) => {
      const dripping = setInterval(() => socket.write('.'), 20);
      socket.once('close', () => clearInterval(dripping));
    });
    const usual = await open(port, { generousMs: 200 });
    const stretched = await open(port, { generousMs: 200, stretch: () => 4 });

    const [first, second] = await Promise.all([usual.receive(1000), stretched.receive(1000)]);

    expect([first.end, second.end]).toEqual(['drip', 'drip']);
    expect(second.waitedMs).toBeGreaterThan(2 * first.waitedMs);
  });

  it('while a few bytes at a time still come is no silence, and is given up sooner the next time', async () => {
    const port = await serve((socket) => {
      const dripping = setInterval(() => socket.write('.'), 20);
      socket.once('close', () => clearInterval(dripping));
    });
    const client = await open(port, { generousMs: 400 });

    const first = await client.receive(1000);
    const second = await client.receive(1000);

    expect([first.end, second.end]).toEqual(['drip', 'drip']);
    expect(first.bytes.length).toBeGreaterThan(1);
    expect(first.waitedMs).toBeGreaterThan(400);
    expect(second.waitedMs).toBeLessThan(first.waitedMs);
    const kinds = client.transcript.record().entries.map(({ kind }) => kind);
    expect(kinds).not.toContain('silence');
  });

  it('is believed soon the second time, but only when the canary is served', async () => {
    let asked = 0;
    const canary = (): Promise<boolean> => {
      asked += 1;
      return Promise.resolve(true);
    };
    const port = await serve((socket) => {
      socket.once('data', (message) => socket.write(message));
    });
    const client = await open(port, { generousMs: 4000, canary });
    await client.send(Buffer.from('x'));
    await client.receive(1);

    const first = await client.receive(1);
    expect(asked).toBe(0);
    const second = await client.receive(1);

    expect(asked).toBe(1);
    expect([first.end, second.end]).toEqual(['silence', 'silence']);
    expect(first.waitedMs).toBeGreaterThanOrEqual(4000);
    expect(second.waitedMs).toBeLessThan(first.waitedMs);
  });

  it('is not believed so soon of a large message, at which the server may still be at work', async () => {
    const large = Buffer.alloc(16 * mebibyte, 'x');
    const port = await serve((socket) => {
      let readBytes = 0;
      socket.on('data', (read) => {
        readBytes += read.length;
        if (readBytes === large.length) setTimeout(() => socket.write('done'), 500);
      });
    });
    const canary = (): Promise<boolean> => Promise.resolve(true);
    const deadlines = new Deadlines({ generousMs: 4000, canary });
    deadlines.learnAbsence('reply');
    const client = await connect({ host: '127.0.0.1', port, deadlines });
    onTestFinished(() => client.destroy());

    await client.send(large);

    expect((await client.receive(4)).end).toBe('complete');
  });

  it('gets the whole wait again while the canary is not served', async () => {
    const canary = (): Promise<boolean> => Promise.resolve(false);
    const port = await serve((socket) => {
      socket.once('data', (message) => socket.write(message));
    });
    const client = await open(port, { generousMs: 1000, canary });

    // It has answered somebody before it falls silent.
    await client.send(Buffer.from('x'));
    await client.receive(1);
    await client.receive(1);
    const second = await client.receive(1);

    expect(second.waitedMs).toBeGreaterThanOrEqual(1000);
  });

  it('is none when the reply came while this process was held up itself', async () => {
    const port = await serve((socket) => {
      socket.once('data', (message) => {
        const until = performance.now() + 600;
        while (performance.now() < until);
        socket.write(message);
      });
    });
    const client = await open(port, { generousMs: 200 });

    await client.send(Buffer.from('late'));

    expect((await client.receive(4)).end).toBe('complete');
  });
});

describe('reading to the end', () => {
  it('stops when the server has sent more than it may', async () => {
    const flood = Buffer.alloc(64 * 1024, 'x');
    const port = await serve((socket) => {
      const pump = (): void => {
        while (socket.write(flood));
      };
      socket.on('drain', pump);
      pump();
    });
    const client = await open(port);

    const { bytes, end } = await client.receiveToEnd(1000);

    expect(end).toBe('overflow');
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it('allows exactly as much as it may send', async () => {
    const client = await open(await serve((socket) => void socket.end('12345')));

    expect(await client.receiveToEnd(5)).toMatchObject({ end: 'fin', bytes: Buffer.from('12345') });
  });
});
