// Waiting for a port that is not open yet.
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressTarget } from './running/address.ts';
import { findFreePort } from './sockets/free-port.ts';
import { TargetUnavailable } from './target.ts';

describe('a target whose port opens later', () => {
  it('is started when it is open, and nobody has connected to it', async () => {
    const port = await findFreePort();
    let clients = 0;
    const server = createServer(() => (clients += 1));
    onTestFinished(() => void server.close());
    const opening = setTimeout(() => server.listen(port, '127.0.0.1'), 300);
    onTestFinished(() => clearTimeout(opening));
    const target = addressTarget({ host: '127.0.0.1', port }, { waitMs: 20_000 });

    await target.start();

    expect(server.listening).toBe(true);
    expect(target.listening()).toBe(true);
    expect(clients).toBe(0);
  });

  it('is not waited for unless that was asked for', async () => {
    const target = addressTarget({ host: '127.0.0.1', port: await findFreePort() });

    await target.start();

    expect(target.listening()).toBe(false);
  });

  it('is waited for no longer than was asked for', async () => {
    const target = addressTarget(
      { host: '127.0.0.1', port: await findFreePort() },
      { waitMs: 120 },
    );

    await target.start();

    expect(target.listening()).toBe(false);
  });

  it('is not waited for any more once it is stopped', async () => {
    const port = await findFreePort();
    const target = addressTarget({ host: '127.0.0.1', port }, { waitMs: 600_000 });
    const starting = target.start();

    await target.stop();

    await expect(starting).rejects.toBeInstanceOf(TargetUnavailable);
  });
});
