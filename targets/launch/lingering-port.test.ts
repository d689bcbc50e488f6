// A port of our choice on which connections of an earlier server linger: no fault of the server that is started there.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findBindablePort } from '../sockets/free-port.ts';
import { launchTarget } from './launch.ts';
import { failure, roundTrip } from './launching.ts';
import { hasTimeWait } from '../sockets/listening.ts';

const withoutReuse = fileURLToPath(
  new URL('../../fixtures/servers/native/no-reuseaddr.py', import.meta.url),
);
const canRun =
  process.platform === 'linux' &&
  spawnSync('python3', ['--version'], { stdio: 'ignore' }).status === 0;

/** Leaves `port` with a connection in TIME_WAIT at the server's end: Node's servers set SO_REUSEADDR. */
async function letLinger(port: number): Promise<void> {
  const server = createServer((socket) => socket.end());
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const client = connect(port, '127.0.0.1').resume();
  await once(client, 'close');
  await new Promise((resolve) => server.close(resolve));
  await expect.poll(() => hasTimeWait(port)).toBe(true);
}

test.runIf(canRun)(
  'a server that cannot bind a port of our choice is started on another',
  async () => {
    // Ports are chosen in their order: this is the next, unless that is none to be chosen.
    const next = (await findBindablePort()) + 1;
    await letLinger(next);
    const target = launchTarget({ command: `python3 ${withoutReuse} {port}` });
    onTestFinished(() => target.stop());

    await target.start();

    expect(target.address.port).not.toBe(next);
    expect(await roundTrip(target, 'here')).toBe('here');
    expect(target.generation).toBe(1);
  },
);

test.runIf(canRun)('a port that was asked for is not exchanged for another', async () => {
  const port = await findBindablePort();
  await letLinger(port);
  const target = launchTarget({ command: `python3 ${withoutReuse} {port}`, port });
  onTestFinished(() => target.stop());

  const { message } = await failure(target.start());

  expect(message).toContain(`still hold port ${port} (TIME_WAIT)`);
});
