import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenersOn } from './listening.ts';
import { localSockets } from './local-sockets.ts';
import { socketInodes } from '../processes/process-group.ts';

const isLinux = process.platform === 'linux';

test.runIf(isLinux)(
  'holds the pipes of a child that Node has started, and no listener',
  async () => {
    const child = spawn('sleep', ['60'], { stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    const server = createServer();
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const [listener] = [...listenersOn(port)].flat();

    const local = new Set(localSockets());
    const pipes = [...(socketInodes(child.pid ?? 0) ?? [])];

    expect(pipes.length).toBeGreaterThanOrEqual(3);
    expect(pipes.filter((inode) => !local.has(inode))).toEqual([]);
    expect(listener?.inode).toBeGreaterThan(0);
    expect(local.has(listener?.inode ?? 0)).toBe(false);
  },
);
