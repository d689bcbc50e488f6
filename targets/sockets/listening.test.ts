import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import {
  hasConnection,
  hasTimeWait,
  isListening,
  listeners,
  listenersOn,
  portsInUse,
} from './listening.ts';

async function listen(host: string, ipv6Only = false): Promise<number> {
  const server = createServer((socket) => socket.end());
  server.listen({ host, port: 0, ipv6Only });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it.each([
  ['127.0.0.1', { '127.0.0.1': true, '127.0.0.2': false, '::1': false, '::ffff:127.0.0.1': true }],
  ['0.0.0.0', { '127.0.0.1': true, '127.0.0.2': true, '::1': false }],
  ['::1', { '127.0.0.1': false, '::1': true, '0:0:0:0:0:0:0:1': true }],
  ['::', { '127.0.0.1': true, '::1': true }],
  ['::ffff:127.0.0.1', { '127.0.0.1': true, '::1': false }],
])('sees a listener on %s', async (host, reached) => {
  const port = await listen(host);

  expect(isListening(port)).toBe(true);
  for (const [address, answer] of Object.entries(reached)) {
    expect([address, isListening(port, address)]).toEqual([address, answer]);
  }
});

it('does not take a connection for a listener', async () => {
  const port = await listen('127.0.0.1');
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const own = socket.localPort ?? 0;

  expect(isListening(own)).toBe(false);
  expect(portsInUse()?.has(own)).toBe(true);
  socket.destroy();
});

it('sees connections that wait out their time', async () => {
  const port = await listen('127.0.0.1');
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  socket.resume();
  await once(socket, 'close');

  // The server ended first, so the waiting is on its side.
  await expect.poll(() => hasTimeWait(port)).toBe(true);
  expect(hasConnection(port)).toBe(true);
});

it('tells that there is no connection on a port that only listens', async () => {
  const port = await listen('127.0.0.1');

  expect(hasConnection(port)).toBe(false);
  expect(hasTimeWait(port)).toBe(false);
});

it('tells nothing of other machines', async () => {
  const port = await listen('127.0.0.1');

  expect(isListening(port, '192.0.2.1')).toBeUndefined();
});

it('gives each listener on a port, and its inode', async () => {
  const port = await listen('127.0.0.1');
  const [listener, ...others] = [...listenersOn(port)].flat();

  expect(others).toEqual([]);
  expect(listener).toMatchObject({ host: '127.0.0.1', port });
  expect(listener?.inode).toBeGreaterThan(0);
  expect(listeners()).toContainEqual(listener);
});
