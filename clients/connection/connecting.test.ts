// How conversations fail to begin.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closedPort, open, serve } from '../../fixtures/support/loopback.ts';
import { connect } from './connection.ts';
import { Deadlines } from '../deadline.ts';
import { ConnectFailed } from '../faults.ts';

describe('connecting', () => {
  it('fails with the system’s code when nobody listens', async () => {
    const port = await closedPort();

    const failure = await open(port).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConnectFailed);
    expect(failure).toMatchObject({
      code: 'ECONNREFUSED',
      message: `connect to 127.0.0.1 port ${port}: ECONNREFUSED`,
    });
  });

  it('to itself, where nobody listens, is refused like any other', async () => {
    const port = await closedPort();
    const deadlines = new Deadlines({ generousMs: 2000 });

    // The kernel may choose this very port for our end: here it is made to.
    const connecting = connect({ host: '127.0.0.1', port, localPort: port, deadlines });
    const failure = await connecting.catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConnectFailed);
    expect(failure).toMatchObject({ code: 'ECONNREFUSED' });
    // And it holds the port no longer: a server can take it at once.
    const next = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
    await once(next, 'listening');
    next.close();
    await once(next, 'close');
  });

  it('is not tried when the signal is aborted already', async () => {
    let arrivals = 0;
    const port = await serve(() => (arrivals += 1));
    const reason = new Error('no more');

    await expect(open(port, {}, AbortSignal.abort(reason))).rejects.toBe(reason);

    await (await open(port)).close(0);
    expect(arrivals).toBeLessThanOrEqual(1);
  });
});
