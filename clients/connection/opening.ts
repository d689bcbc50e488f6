// How one connection is opened, up to where the server has let us in, or has not.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ConnectOptions } from './connect-options.ts';
import { connectFault } from '../faults.ts';
import type { PeerSide } from './peer-side.ts';
import type { Transcript } from '../transcript.ts';
import type { GivenUp } from './waiting.ts';

/** The connection that is opened, as far as opening needs to know it. */
interface Opening {
  readonly socket: Socket;
  readonly peer: PeerSide;
  readonly transcript: Transcript;
  readonly wake: () => void;
  /** Waits for the connect. */
  readonly until: (isDone: () => boolean) => Promise<GivenUp | undefined>;
}

/**
 * Connects the socket; the caller closes it when that fails.
 * @throws {ConnectFailed} when the server does not let us in
 * @throws {OwnFault} when this machine is out of ports or descriptors
 * @throws {Error} the reason why the wait for it ended
 */
export async function openSocket(
  { socket, peer, transcript, wake, until }: Opening,
  { host, port, localPort }: ConnectOptions,
): Promise<void> {
  const mayBeItself =
    localPort !== undefined || port >= (lowestGivenPort ??= readLowestGivenPort());
  const onConnect = (): void => {
    peer.isLetIn = true;
    if (!mayBeItself || !isConnectedToItself(socket, port)) transcript.add({ kind: 'connected' });
    wake();
  };
  socket.once('connect', onConnect);
  try {
    socket.connect({ host, port, ...(localPort === undefined ? {} : { localPort }) });
    const silence = await until(() => peer.isLetIn || peer.faultCode !== undefined);
    if (silence !== undefined) throw connectFault(host, port, 'ETIMEDOUT');
    if (!peer.isLetIn) {
      const code = peer.faultCode ?? 'UNKNOWN';
      transcript.add({ kind: 'connect-failed', code });
      throw connectFault(host, port, code);
    }
    if (mayBeItself && isConnectedToItself(socket, port)) {
      // Without RST the port would be held for a minute, and no server could take it.
      socket.resetAndDestroy();
      transcript.add({ kind: 'connect-failed', code: 'ECONNREFUSED' });
      throw connectFault(host, port, 'ECONNREFUSED');
    }
  } finally {
    socket.off('connect', onConnect);
  }
}

let lowestGivenPort: number | undefined;

/** Below it the kernel gives no port to a client by itself (ip(7), ip_local_port_range); 0 where it does not tell. */
function readLowestGivenPort(): number {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1');
    return Number.parseInt(range, 10) || 0;
  } catch {
    return 0;
  }
}

/**
 * Where nobody listens on a port from which the kernel takes those of clients, it may take just
 * this one for our end: both then send SYN (RFC 9293, 3.5, simultaneous open), and we would
 * talk to ourselves.
 */
function isConnectedToItself(socket: Socket, port: number): boolean {
  // Node asks the system for the other end's address; for most connections one's own port tells.
  if (socket.localPort !== port) return false;
  return socket.localAddress === socket.remoteAddress;
}
