// The way to a container that does not change what is measured. A user-land proxy accepts
// connections before the server does, and turns resets into ends: closes cannot be judged through it.
import { BlockList, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { WayIn } from '../../target.ts';

const patienceMs = 1500;

/** What became of a connection to a port on which nobody listens. */
export type Knock = 'refused' | 'accepted' | 'unanswered';

/**
 * Connects to a port on which nobody listens. Where the answer is a true refusal, the container's
 * own kernel gave it, and nothing stands in between.
 */
export async function knock(host: string, port: number): Promise<Knock> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (result: Knock) => (): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(patienceMs, settle('unanswered'));
    socket.once('connect', settle('accepted'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(error.code === 'ECONNREFUSED' ? 'refused' : 'unanswered')();
    });
  });
}

/**
 * Whether `host`, an IPv4 address, is on a network that this machine is on too. Without that, a
 * refusal may be a firewall's.
 */
export function isNextDoor(host: string): boolean {
  const neighbours = new BlockList();
  for (const { cidr, family } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    const [network, bits] = cidr?.split('/') ?? [];
    if (family !== 'IPv4' || network === undefined) continue;
    neighbours.addSubnet(network, Number(bits), 'ipv4');
  }
  return neighbours.check(host, 'ipv4');
}

/** What a knock on a published port says of the way in. */
export function publishedWayIn(result: Knock, host: string): WayIn {
  switch (result) {
    case 'refused':
      return { kind: 'published' };
    case 'accepted':
      return {
        kind: 'proxied',
        reason:
          'the engine’s proxy stands before the container: it accepts what nobody listens for, and ' +
          'ends connections in its own way (dockerd --userland-proxy=false does without it)',
      };
    case 'unanswered':
      return {
        kind: 'proxied',
        reason: `ports published at ${host} do not answer as a machine’s own do, so something stands in between`,
      };
  }
}
