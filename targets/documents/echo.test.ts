// The wire facts of the echo servers: a rebuild that mends a defect, or adds one, fails here.
import { describe, expect, it } from 'vitest';
import {
  builtHere,
  client,
  diesOfSigpipe,
  leaveUnread,
} from '../../fixtures/support/built-here.ts';
import { cForkEcho } from './c-fork-echo/card.ts';
import { cForkModel } from './c-fork-model/card.ts';
import { cppThreadEcho } from './cpp-thread-echo/card.ts';
import { closeWaitsOf, zombiesOf } from '../../fixtures/support/left-behind.ts';

const cStrings = await builtHere(cForkEcho);
const model = await builtHere(cForkModel);
const threaded = await builtHere(cppThreadEcho);

describe.each([model, threaded])('$id$missing', (server) => {
  describe.skipIf(server.missing !== '')('on the wire', () => {
    it('returns every byte value', async () => {
      const one = client(await server.start());
      const sent = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

      one.socket.end(Buffer.concat(Array.from({ length: 500 }, () => sent)));

      expect(await one.ended()).toBe('fin');
      expect(one.received.length).toBe(500 * 256);
      for (let offset = 0; offset < one.received.length; offset += 256) {
        expect(one.received.subarray(offset, offset + 256).equals(sent)).toBe(true);
      }
    });

    it('serves others while one idles', async () => {
      const target = await server.start();
      const idle = client(target);
      await idle.exchange('idle', 4);

      expect((await client(target).exchange('next', 4)).toString()).toBe('next');
    });
  });
});

describe.skipIf(model.missing !== '')(`${model.id}${model.missing}`, () => {
  it('has a child for each client, and leaves nothing of those who left', async () => {
    const target = await model.start();
    const first = client(target);
    const second = client(target);
    await first.exchange('a', 1);
    await second.exchange('b', 1);

    await expect.poll(async () => await target.snapshot()).toMatchObject({ processes: 3 });
    first.socket.end();
    await leaveUnread(target);

    await expect
      .poll(async () => await target.snapshot())
      .toMatchObject({ processes: 2, zombies: 0 });
    await expect.poll(async () => await closeWaitsOf(target)).toBe(0);
    expect((await second.exchange('still here', 10)).toString()).toBe('still here');
  });

  it('says that the port is taken, and exits with 1', async () => {
    const second = model.onPortOf(await model.start());

    await expect(second.start()).rejects.toThrow('The server exited with code 1 before');
    expect(second.health()).toMatchObject({
      outputTail: expect.stringContaining('cannot listen') as unknown,
    });
  });
});

describe.skipIf(threaded.missing !== '')(`${threaded.id}${threaded.missing}`, () => {
  it('dies of SIGPIPE when a client leaves with replies unread', async () => {
    await expect(diesOfSigpipe(threaded)).resolves.toBe(true);
  });

  it('exits with 0 when the port is taken', async () => {
    const second = threaded.onPortOf(await threaded.start());

    await expect(second.start()).rejects.toThrow('The server exited with code 0 before');
  });

  it('exits with 0 when it is out of descriptors', async () => {
    const target = await threaded.startWithDescriptors(12);

    for (let count = 0; count < 14; count += 1) client(target);

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 0 });
  });
});

describe.skipIf(cStrings.missing !== '')(`${cStrings.id}${cStrings.missing}`, () => {
  it('sends C strings from a buffer that is never cleared', async () => {
    const one = client(await cStrings.start());
    const conversation = [
      ['hello', 'hello\0'],
      ['hi', 'hillo\0'],
      ['a\0b', 'a\0'],
      ['XYZ', 'XYZlo\0'],
    ] as const;

    for (const [message, reply] of conversation) {
      expect((await one.exchange(message, reply.length)).toString('latin1')).toBe(reply);
    }
  });

  it('runs past its buffer into the address of the client', async () => {
    const one = client(await cStrings.start());

    const reply = await one.exchange(Buffer.alloc(1024, 'a'), 1034);

    expect(reply.toString('latin1')).toBe(`${'a'.repeat(1024)}127.0.0.1\0`);
  });

  it('adds a NUL at each read, so that cuts show', async () => {
    const one = client(await cStrings.start());

    expect((await one.exchange('ab', 3)).toString('latin1')).toBe('ab\0');
    expect((await one.exchange('cd', 3)).toString('latin1')).toBe('cd\0');
  });

  it('repeats its last message for ever after a FIN', async () => {
    const one = client(await cStrings.start());

    one.socket.end('again');

    await expect.poll(() => one.received.length).toBeGreaterThan(6000);
    expect(one.received.subarray(0, 6000).toString('latin1')).toBe('again\0'.repeat(1000));
    expect(one.end).toBe('open');
  });

  it('leaves a zombie for each client that left, and keeps its connection', async () => {
    const target = await cStrings.start();
    for (let count = 0; count < 3; count += 1) {
      const one = client(target);
      await one.exchange('bye', 4);
      one.socket.destroy();
    }

    await expect.poll(() => zombiesOf(target)).toBe(3);
    expect((await client(target).exchange('next', 5)).toString('latin1')).toBe('next\0');
  });

  it('exits with 255 when it is out of descriptors', async () => {
    const target = await cStrings.startWithDescriptors(12);

    for (let count = 0; count < 14; count += 1) client(target);

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 255 });
  });
});
