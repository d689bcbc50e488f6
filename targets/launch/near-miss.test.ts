import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { summarise } from '../../suite/events/report.ts';
import type { RunEvent } from '../../suite/events/events.ts';
import { run } from '../../suite/engine/run.ts';
import { addressTarget } from '../running/address.ts';
import { nearMiss, swapped, tellMiss } from './near-miss.ts';

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What a run says of `host` and `port`, where nothing listens. */
async function toldOf(host: string, port: number): Promise<string> {
  const events: RunEvent[] = [];
  for await (const event of run({ target: addressTarget({ host, port }) })) events.push(event);
  const { unreachable, exitCode } = summarise(events);
  expect(exitCode).toBe(3);
  return unreachable ?? '';
}

describe('a port on which nothing listens', () => {
  it('is told from one whose server forgot htons()', async () => {
    const port = await listen('127.0.0.1');

    const told = await toldOf('127.0.0.1', swapped(port));

    expect(swapped(9990)).toBe(1575);
    expect(swapped(swapped(port))).toBe(port);
    expect(told).toContain(`listens on port ${port}, which is ${swapped(port)} with its two bytes`);
    expect(told).toContain(`htons(${swapped(port)})`);
  });

  it('is told from one that a UDP server has', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    const { port } = socket.address();

    const told = await toldOf('127.0.0.1', port);

    expect(told).toContain(`A UDP server is on port ${port}; conform tests TCP servers.`);
    expect(told).toContain('SOCK_STREAM');
  });

  it('is told from one of another address', async () => {
    const port = await listen('127.0.0.2');

    const told = await toldOf('127.0.0.1', port);

    expect(told).toContain(`Nothing listens on 127.0.0.1:${port}`);
    expect(told).toContain(`try --target 127.0.0.2:${port}`);
  });

  it('is told from one of IPv6 alone', async () => {
    const port = await listen('::1');

    expect(await toldOf('127.0.0.1', port)).toContain(`try --target [::1]:${port}`);
  });

  it('is nothing else where nothing is near', async () => {
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address() as AddressInfo;
    socket.close();
    await once(socket, 'close');

    expect(nearMiss(port)).toBeUndefined();
    expect(await toldOf('127.0.0.1', port)).toContain('wait for it with --wait 10');
  });
});

it('an address of any kind is written as --target takes it', () => {
  expect(tellMiss({ kind: 'other-address', hosts: ['fe80::1'] }, 7)).toContain('[fe80::1]:7');
});
