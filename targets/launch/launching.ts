// What the tests of launched servers share: servers in one line of Node, and a look at them.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LaunchedTarget } from './launch.ts';
import { TargetUnavailable } from '../target.ts';

export const node = JSON.stringify(process.execPath);
/** A server in one line: `listen` may be used more than once in `script`. */
export const nodeServer = (script: string): string =>
  `${node} -e '
    const net = require("node:net");
    const listen = (port = process.env.PORT, host = "127.0.0.1", ...rest) =>
      net.createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(port, host, ...rest);
    ${script}'`;

/** Its pid is what it prints first. */
export const leaderOf = (target: LaunchedTarget): number => {
  const health = target.health();
  return health.kind === 'unseen' ? 0 : Number(/pid (\d+)/u.exec(health.outputTail)?.[1]);
};
export const printPid = 'console.log("pid " + process.pid + "\\n");';

export async function failure(starting: Promise<void>): Promise<TargetUnavailable> {
  const error: unknown = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TargetUnavailable) return error;
  throw new Error(`No TargetUnavailable, but ${String(error)}`);
}

export async function roundTrip({ address }: LaunchedTarget, message: string): Promise<string> {
  const socket = connect(address.port, address.host);
  socket.end(message);
  return await text(socket);
}
