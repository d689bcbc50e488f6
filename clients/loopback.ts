// The two ends that the tests of connections share: a server of one's own, and a client of it.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { connect, type Connection } from './connection.ts';
import { Deadlines, type DeadlineOptions } from './deadline.ts';

/** A server that hands every connection to `converse`, and its port; it ends with the test. */
export const serve = (converse: (socket: Socket) => void): Promise<number> =>
  onLoopback(createServer({ allowHalfOpen: true, noDelay: true }, converse));

/** Lets `server` listen, of whatever protocol it is, and gives its port; it ends with the test. */
export async function onLoopback(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A client of the server on `port`; a silence costs it 10 s unless told otherwise. */
export async function open(
  port: number,
  options: Partial<DeadlineOptions> = {},
  signal?: AbortSignal,
): Promise<Connection> {
  const deadlines = new Deadlines({ generousMs: 10_000, ...options });
  const aborts = signal === undefined ? {} : { signal };
  const client = await connect({ host: '127.0.0.1', port, deadlines, ...aborts });
  onTestFinished(() => client.destroy());
  return client;
}

/** Sends back what it receives, and FIN after FIN. */
export const echo = (socket: Socket): void => void socket.pipe(socket);

/** Bytes that differ from place to place: a stretch of `byteCount` from `offset` on. */
export function pattern(byteCount: number, offset = 0): Buffer {
  return Buffer.from(Uint8Array.from({ length: byteCount }, (_, at) => (offset + at) % 251));
}
