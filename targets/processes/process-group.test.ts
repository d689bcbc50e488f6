import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { launch } from '../launch/launched.ts';
import { findFreePort } from '../sockets/free-port.ts';
import { listenersOn } from '../sockets/listening.ts';
import { heldByGroup } from './process-group.ts';

/** Listens, and goes on as a child of itself again and again: for a while fifty times a second. */
const relay = `
$| = 1;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 5) or die;
for (1 .. 60) { exit if fork; select undef, undef, undef, 0.02 }
sleep 60;
`;
const isHere = spawnSync('perl', ['-MIO::Socket::INET', '-e', '1']).status === 0;

it.skipIf(!isHere)(
  'a socket is seen with a group that goes on in one child after another',
  async () => {
    const port = String(await findFreePort());
    const command = ['perl', '-MIO::Socket::INET', '-e', relay, port] as const;
    const launched = await launch(command, process.cwd(), {});
    onTestFinished(() => launched.end());
    const inodes = (): number[] => [...listenersOn(Number(port))].flat().map(({ inode }) => inode);
    await expect.poll(inodes).not.toEqual([]);
    const listening = new Set(inodes());

    for (let look = 0; look < 200; look += 1) {
      expect(heldByGroup(launched.pid, listening)).toEqual(listening);
      await delay(1);
    }
  },
);
