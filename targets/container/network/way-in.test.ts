import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../sockets/free-port.ts';
import { isNextDoor, knock, publishedWayIn } from './way-in.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A proxy in user land: it accepts first and looks for the server then. */
async function proxyTo(port: number): Promise<number> {
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    server.on('error', () => client.destroy());
    client.pipe(server).pipe(client);
  });
  servers.push(proxy);
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return (proxy.address() as AddressInfo).port;
}

describe('a knock on a port on which nobody listens', () => {
  it('is refused where nothing stands in between', async () => {
    const result = await knock('127.0.0.1', await findFreePort());

    expect(result).toBe('refused');
    expect(publishedWayIn(result, 'localhost')).toEqual({ kind: 'published' });
  });

  it('is accepted by a proxy, which is said', async () => {
    const result = await knock('127.0.0.1', await proxyTo(await findFreePort()));

    expect(result).toBe('accepted');
    expect(publishedWayIn(result, 'localhost')).toMatchObject({
      kind: 'proxied',
      reason: expect.stringMatching(/proxy/) as string,
    });
  });

  it('is not answered where nobody is: nothing is taken for granted then', () => {
    expect(publishedWayIn('unanswered', 'docker.example')).toMatchObject({
      kind: 'proxied',
      reason: expect.stringMatching(/docker\.example/) as string,
    });
  });
});

describe('next door', () => {
  it('are this machine’s own networks, and no others', () => {
    expect(isNextDoor('127.0.0.1')).toBe(true);
    // RFC 5737: for documentation, on nobody's network.
    expect(isNextDoor('203.0.113.1')).toBe(false);
  });
});
