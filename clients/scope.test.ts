import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, type Connection } from './connection/connection.ts';
import { Deadlines } from './deadline.ts';
import { closedPort, echo, serve } from '../fixtures/support/loopback.ts';
import { Scope } from './scope.ts';

const within = (scope: Scope, port: number): Promise<Connection> =>
  connect({ host: '127.0.0.1', port, deadlines: new Deadlines({ generousMs: 10_000 }), scope });

const over = new Error('over');

describe('a scope of connections', () => {
  it('closes what is open when it ends, and ends every wait with its reason', async () => {
    const scope = new Scope();
    const client = await within(scope, await serve(() => undefined));
    const waiting = client.receive(1);

    scope.end(over);

    await expect(waiting).rejects.toBe(over);
    expect(client.own).toBe('destroyed');
    expect(() => client.halfClose()).toThrow(over);
    expect(scope.openCount).toBe(0);
  });

  it('closes what is only being opened, and takes nothing more', async () => {
    const scope = new Scope();
    const port = await serve(echo);
    const opening = within(scope, port);

    scope.end(over);

    await expect(opening).rejects.toBe(over);
    await expect(within(scope, port)).rejects.toBe(over);
  });

  it('lets what is open end properly once it is sealed, and nothing else begin', async () => {
    const scope = new Scope();
    const port = await serve(echo);
    const client = await within(scope, port);
    const opening = within(scope, port);

    scope.seal(over);

    await expect(opening).rejects.toBe(over);
    await expect(within(scope, port)).rejects.toBe(over);
    client.halfClose(Buffer.from('last words'));
    expect((await client.receiveToEnd(100)).bytes.toString()).toBe('last words');
    await client.close();
    expect(scope.openCount).toBe(0);
  });

  it('ends with the scope around it, and leaves that when it ends by itself', async () => {
    const outer = new Scope();
    const port = await serve(echo);
    const inner = new Scope(outer);
    const client = await within(inner, port);
    const lasting = await within(outer, port);
    expect(outer.openCount).toBe(2);

    inner.end();
    expect(client.own).toBe('destroyed');
    expect(outer.openCount).toBe(1);

    outer.end(over);
    expect(lasting.own).toBe('destroyed');
    await expect(within(new Scope(outer), port)).rejects.toBe(over);
  });

  it('forgets a connection that was closed, reset or never let in', async () => {
    const scope = new Scope();
    const port = await serve(echo);
    (await within(scope, port)).reset();
    (await within(scope, port)).destroy();
    await (await within(scope, port)).close();
    await expect(within(scope, await closedPort())).rejects.toThrow('ECONNREFUSED');

    expect(scope.openCount).toBe(0);
  });

  it('waits for something no longer than it lasts', async () => {
    const scope = new Scope();
    expect(await scope.during(Promise.resolve(7))).toBe(7);
    const waiting = scope.during(new Promise(() => undefined));

    scope.seal(over);

    await expect(waiting).rejects.toBe(over);
    await expect(scope.during(Promise.resolve(8))).rejects.toBe(over);
  });
});

describe('a client that nobody reads', () => {
  it('keeps a quarter of a mebibyte, and reads on when somebody waits', async () => {
    const sentBytes = 32 * 1024 * 1024;
    const client = await within(
      scopeOfTest(),
      await serve((socket) => void socket.end(Buffer.alloc(sentBytes, 'x'))),
    );

    await client.receive(1);
    await new Promise((resolve) => void setTimeout(resolve, 200));

    expect(client.unreadBytes).toBeLessThan(1024 * 1024);
    const { bytes } = await client.receive(sentBytes - 1);
    expect(bytes.length).toBe(sentBytes - 1);
    expect((await client.receiveToEnd(10)).end).toBe('fin');
  });
});

function scopeOfTest(): Scope {
  const scope = new Scope();
  onTestFinished(() => scope.end());
  return scope;
}
