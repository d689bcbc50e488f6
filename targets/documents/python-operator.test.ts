// The wire facts of the Python server: a rebuild that mends a defect fails here.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { builtHere, client } from '../../fixtures/support/built-here.ts';
import { pythonOperator } from './python-operator/card.ts';

const server = await builtHere(pythonOperator);

describe.skipIf(server.missing !== '')(`${server.id}${server.missing}`, () => {
  it('sends its operator’s line raw, then waits for its client', async () => {
    const target = await server.start();
    const one = client(target);

    await target.console?.type('hello there');
    await target.console?.type('second');

    expect((await one.take(11)).toString()).toBe('hello there');
    expect((await one.exchange('your turn', 6)).toString()).toBe('second');
  });

  it('prints what its client said, two messages as one', async () => {
    const target = await server.start();
    const one = client(target);
    await once(one.socket, 'connect');
    for (const said of ['one, ', 'two']) {
      // Handed over to the kernel, which on loopback is the kernel of the server too.
      await new Promise((resolve) => void one.socket.write(said, resolve));
    }

    await target.console?.type('hello');

    await expect.poll(() => outputOf(target)).toContain('received: one, two\n> ');
  });

  it('sends nothing for an empty line, and then both wait', async () => {
    const target = await server.start();
    const one = client(target);
    await target.console?.type('');
    await target.console?.type('later');

    // Its turn is spent on the empty line: only the client's word brings the next.
    expect((await one.exchange('anything', 5)).toString()).toBe('later');
  });

  it('goes on sending lines after its client’s FIN', async () => {
    const target = await server.start();
    const one = client(target);
    one.socket.end();
    for (const line of ['one', 'two', 'three']) await target.console?.type(line);

    await expect.poll(() => one.received.toString()).toBe('onetwothree');
    expect(one.end).toBe('open');
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from('ff', 'hex')],
    ['a character that is cut at 1024', Buffer.from(`${'x'.repeat(1023)}é`)],
  ])('exits with 1 at %s', async (_, said) => {
    const target = await server.start();
    const one = client(target);
    await once(one.socket, 'connect');

    await target.console?.type('hello');
    await one.exchange(said, 5);

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 1 });
  });

  it('exits with 1 when its client resets', async () => {
    const target = await server.start();
    const one = client(target);
    await target.console?.type('hello');
    await one.take(5);

    one.socket.resetAndDestroy();

    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 1 });
  });

  it('exits with 1 at the end of its input', async () => {
    const target = await server.start();
    const one = client(target);
    await target.console?.type('hello');
    await one.exchange('you too', 5);

    await target.console?.endInput?.();

    expect(await one.ended()).toBe('fin');
    await expect.poll(() => target.health()).toMatchObject({ kind: 'exited', exitCode: 1 });
  });

  it('resets a second client at its end', async () => {
    const target = await server.start();
    const first = client(target);
    await target.console?.type('hello');
    await first.exchange('you too', 5);
    const second = client(target);
    await once(second.socket, 'connect');

    await target.console?.endInput?.();

    expect(await second.ended()).toBe('reset');
  });

  it('finds its address in use, when it closed first and is started again at once', async () => {
    const target = await server.start();
    const one = client(target);
    await target.console?.type('hello');
    await one.exchange('you too', 5);
    await target.console?.endInput?.();
    await one.ended();
    one.socket.end();
    await once(one.socket, 'close');

    const second = server.onPortOf(target);

    await expect(second.start()).rejects.toThrow('The server exited with code 1 before');
    expect(outputOf(second)).toContain('Address already in use');
  });
});

function outputOf(target: Awaited<ReturnType<typeof server.start>>): string {
  const health = target.health();
  return health.kind === 'unseen' ? '' : health.outputTail;
}
