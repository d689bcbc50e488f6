// The wire facts of the uppercase servers: a rebuild that mends a defect fails here.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  builtHere,
  client,
  diesOfSigpipe,
  leaveUnread,
} from '../../fixtures/support/built-here.ts';
import { cForkUppercase } from './c-fork-uppercase/card.ts';
import { cIterativeUppercase } from './c-iterative-uppercase/card.ts';
import { cPthreadUppercaseMended } from './c-pthread-uppercase-mended/card.ts';
import { cPthreadUppercase } from './c-pthread-uppercase/card.ts';
import { closeWaitsOf, zombiesOf } from '../../fixtures/support/left-behind.ts';

const forking = await builtHere(cForkUppercase);
const iterative = await builtHere(cIterativeUppercase);
const threaded = await builtHere(cPthreadUppercase);
const mended = await builtHere(cPthreadUppercaseMended);

/** Every byte lowered by 32. */
const lowered = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte - 32));

const ending = Buffer.from('858e84', 'hex');

describe.each([forking, iterative, mended])('$id$missing', (server) => {
  describe.skipIf(server.missing !== '')('on the wire', () => {
    it('lowers every byte by 32, letters or not', async () => {
      const one = client(await server.start());

      const reply = await one.exchange('Hello World 123\n', 16);

      expect(reply.toString('hex')).toBe('28454c4c4f00374f524c4400111213ea');
    });

    it('shows no read boundary in a long stream', async () => {
      const one = client(await server.start());
      const sent = Buffer.alloc(300_000, 'every byte of it ');

      one.socket.end(sent);

      expect(await one.ended()).toBe('fin');
      expect(one.received.equals(lowered(sent))).toBe(true);
    });

    it('does not end at a typed end', async () => {
      const one = client(await server.start());

      expect((await one.exchange('end', 3)).toString()).toBe('END');
      expect((await one.exchange('abc', 3)).toString()).toBe('ABC');
    });

    it('ends at the bytes that become end, having replied', async () => {
      const one = client(await server.start());

      expect((await one.exchange(ending, 3)).toString()).toBe('end');
      expect(await one.ended()).toBe('fin');
    });

    it('ends at them before other bytes of one read', async () => {
      const one = client(await server.start());

      const reply = await one.exchange(Buffer.concat([ending, Buffer.from('abc')]), 6);

      expect(reply.toString()).toBe('endABC');
      expect(await one.ended()).toBe('fin');
    });

    it('does not end at them when they are split, or not first', async () => {
      const one = client(await server.start());

      expect((await one.exchange(ending.subarray(0, 1), 1)).toString()).toBe('e');
      expect((await one.exchange(ending.subarray(1), 2)).toString()).toBe('nd');
      const later = Buffer.concat([Buffer.from('x'), ending]);
      expect((await one.exchange(later, 4)).toString()).toBe('Xend');
    });

    it('replies to 1023 bytes and resets, when more stand after them', async () => {
      const one = client(await server.start());
      const sent = Buffer.concat([ending, Buffer.alloc(2000, 'a')]);

      const reply = await one.exchange(sent, 1023);

      expect(reply.equals(lowered(sent.subarray(0, 1023)))).toBe(true);
      expect(await one.ended()).toBe('reset');
      expect(one.received.length).toBe(0);
    });
  });
});

describe.each([forking, mended])('$id$missing', (server) => {
  describe.skipIf(server.missing !== '')('with several clients', () => {
    it('serves others while one idles, and after one was ended', async () => {
      const target = await server.start();
      const idle = client(target);
      await idle.exchange('idle', 4);
      const ended = client(target);
      await ended.exchange(ending, 3);
      await ended.ended();

      expect((await client(target).exchange('next', 4)).toString()).toBe('NEXT');
      expect((await idle.exchange('idle', 4)).toString()).toBe('IDLE');
      expect(target.health().kind).toBe('running');
    });

    it('goes on without a listener when the port is taken', async () => {
      const second = server.onPortOf(await server.start(), 200);

      // Its loop goes on at a socket that does not listen, and forks: how often by then, hangs on time.
      await expect(second.start()).rejects.toThrow(
        /did not listen .* still running|kept starting processes .* did not listen/u,
      );
    });
  });
});

describe.skipIf(iterative.missing !== '')(`${iterative.id}${iterative.missing}`, () => {
  it('exits with 0 after its one client', async () => {
    const target = await iterative.start();
    const one = client(target);

    one.socket.end('hello');

    expect(await one.ended()).toBe('fin');
    expect(one.received.toString()).toBe('HELLO');
    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('does not serve a second client', async () => {
    const target = await iterative.start();
    const first = client(target);
    await first.exchange('abc', 3);
    const second = client(target);
    await once(second.socket, 'connect');
    second.socket.write('abc');

    first.socket.end();

    expect(await second.ended()).toBe('reset');
    expect(second.received.length).toBe(0);
  });

  it('exits with 0 when the port is taken', async () => {
    const second = iterative.onPortOf(await iterative.start());

    await expect(second.start()).rejects.toThrow('The server exited with code 0 before');
  });

  it('dies of SIGPIPE when its client leaves with replies unread', async () => {
    await expect(diesOfSigpipe(iterative)).resolves.toBe(true);
  });
});

describe.skipIf(forking.missing !== '')(`${forking.id}${forking.missing}`, () => {
  it('reaps its children', async () => {
    const target = await forking.start();
    for (let count = 0; count < 5; count += 1) {
      const one = client(target);
      one.socket.end('abc');
      await one.ended();
    }

    await expect.poll(() => zombiesOf(target)).toBe(0);
  });

  it('outlives a client that leaves with replies unread', async () => {
    const target = await forking.start();

    for (let count = 0; count < 10; count += 1) await leaveUnread(target);

    expect((await client(target).exchange('abc', 3)).toString()).toBe('ABC');
  });
});

describe.skipIf(mended.missing !== '')(`${mended.id}${mended.missing}`, () => {
  it('dies of SIGPIPE when a client leaves with replies unread', async () => {
    await expect(diesOfSigpipe(mended)).resolves.toBe(true);
  });
});

describe.skipIf(threaded.missing !== '')(`${threaded.id}${threaded.missing}`, () => {
  it('lets everybody in, answers nobody, and never closes', async () => {
    const target = await threaded.start();
    const clients = Array.from({ length: 3 }, () => client(target));
    for (const one of clients) {
      await once(one.socket, 'connect');
      one.socket.end('hello');
    }

    // As many half-closed connections as clients: each was accepted, none is ever closed.
    await expect.poll(async () => await closeWaitsOf(target)).toBe(3);
    for (const one of clients) {
      expect(one.end).toBe('open');
      expect(one.received.length).toBe(0);
    }
  });

  it('keeps a descriptor for each client that came, and no thread', async () => {
    const target = await threaded.start();
    const before = await target.snapshot();
    if (before.kind === 'unseen') throw new Error(before.reason);

    for (let count = 0; count < 5; count += 1) {
      const one = client(target);
      await once(one.socket, 'connect');
      one.socket.destroy();
    }

    const left = { descriptors: before.descriptors + 5, threads: before.threads };
    await expect.poll(async () => await target.snapshot()).toMatchObject(left);
  });

  it('goes on without a listener when the port is taken', async () => {
    const second = threaded.onPortOf(await threaded.start(), 200);

    await expect(second.start()).rejects.toThrow(/did not listen .* still running/u);
  });
});
