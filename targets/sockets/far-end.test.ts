import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { farEnd, isUnderWay, type FarEnd } from './far-end.ts';

const opened: { destroy?: () => void; close?: () => void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) (one.destroy ?? one.close)?.call(one);
});

const isLinux = process.platform === 'linux';

/** Looks until `isSo`, for a few seconds at the most. */
async function look(
  port: number,
  client: Socket,
  isSo: (end: FarEnd) => boolean,
): Promise<FarEnd | undefined> {
  let end = farEnd(port, client.localPort ?? 0);
  for (let tries = 0; tries < 300 && !(end !== undefined && isSo(end)); tries += 1) {
    await later(10);
    end = farEnd(port, client.localPort ?? 0);
  }
  return end;
}

describe.runIf(isLinux)('the server’s end of a connection', () => {
  test('shows what was accepted and not read', async () => {
    const server = createServer({ pauseOnConnect: true }, (socket) => opened.push(socket));
    opened.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    opened.push(client);
    await once(client, 'connect');
    client.write('12345678');

    const end = await look(port, client, ({ unreadBytes }) => unreadBytes > 0);

    expect(end).toEqual({ isAccepted: true, unreadBytes: 8, otherConnections: 0 });
  });

  test('has bytes under way while this one takes none, and none any more once all was read', async () => {
    const server = createServer((socket) => {
      opened.push(socket);
      socket.end(Buffer.alloc(64 * 1024 * 1024));
    });
    opened.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    opened.push(client);
    await once(client, 'connect');
    const seen = (): boolean => isUnderWay(port, client.localPort ?? 0);

    for (let tries = 0; tries < 300 && !seen(); tries += 1) await later(10);
    expect(seen()).toBe(true);

    client.resume();
    await once(client, 'end');
    for (let tries = 0; tries < 300 && seen(); tries += 1) await later(10);
    expect(seen()).toBe(false);
  });

  test('is not shown of a connection that there is not', async () => {
    const server = createServer();
    opened.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');

    const { port } = server.address() as AddressInfo;
    expect(farEnd(port, 1)).toBeUndefined();
    expect(isUnderWay(port, 1)).toBe(false);
  });
});
