// The sockets in a container's network, from the kernel's tables: no connection is spent on a look.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { socketsIn, type TcpSocket } from '../../sockets/listening.ts';
import { TargetUnavailable } from '../../target.ts';
import { engineWords, type Docker } from '../engine.ts';
import type { Holder } from './holder.ts';

/** Whether process `pid` of the engine's machine is one of this machine, and in that container. */
export function isAtHand(pid: number, containerId: string): boolean {
  try {
    // A container in a virtual machine has a number too, which here is anybody's or nobody's.
    return readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(containerId);
  } catch {
    return false;
  }
}

/** The sockets in the holder's network, where its process can be seen from here; else undefined. */
export function socketsAtHand({ pid, container }: Holder): readonly TcpSocket[] | undefined {
  if (!isAtHand(pid, container.id)) return undefined;
  try {
    const tables = ['tcp', 'tcp6'].map((name) => readTable(`/proc/${pid}/net/${name}`));
    return socketsIn(tables.join('\n'));
  } catch {
    return undefined;
  }
}

/** A machine without IPv6 has one table only. */
function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (path.endsWith('6')) return '';
    throw error;
  }
}

/**
 * The sockets in the holder's network: seen from here, or told by the holder itself.
 * @throws {TargetUnavailable} when neither can be had
 */
export async function lookAtSockets(docker: Docker, holder: Holder): Promise<readonly TcpSocket[]> {
  const atHand = socketsAtHand(holder);
  if (atHand !== undefined) return atHand;
  try {
    return await askHolder(docker, holder);
  } catch (error) {
    throw new TargetUnavailable(
      'Whether the server listens cannot be seen: the container’s processes are not on this machine, ' +
        `and the engine ran nothing beside them (${engineWords(error)}). A connection would tell, but ` +
        'it could be the only one that the server takes.',
      { cause: error },
    );
  }
}

/** Asks the holder itself, wherever it runs. */
export async function askHolder(
  docker: Docker,
  { container }: Holder,
): Promise<readonly TcpSocket[]> {
  const exec = await container.exec({ Cmd: ['/hold', 'sockets'], AttachStdout: true });
  const stream = await exec.start({});
  const printed = new PassThrough();
  docker.modem.demuxStream(stream, printed, printed);
  stream.once('end', () => printed.end());
  return socketsIn(await text(printed));
}
