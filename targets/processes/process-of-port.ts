// The process behind a port of this machine, found by its listener: for servers that others started.
import { isListening, listenersOn } from '../sockets/listening.ts';
import { takeSnapshot } from './process-snapshot.ts';
import { socketInodes } from './process-group.ts';
import {
  familyOf,
  isLiving,
  readProcess,
  readProcesses,
  type ProcessRow,
} from './process-table.ts';
import type { Address, SnapshotTaken } from '../target.ts';

/** Programs that pass a port on: what they hold and use says nothing of the server behind them. */
const carriers = ['docker-proxy', 'rootlessport', 'slirp4netns', 'pasta', 'ssh', 'sshd', 'socat'];

/** Whose process was found for an address, kept as long as it holds the listener. */
export class PortProcess {
  #holders: readonly ProcessRow[] = [];
  #onPort: ReadonlySet<number> = new Set();

  /** The snapshot of the server at `address`, or why its process cannot be seen; Linux only. */
  snapshot(address: Address | undefined): SnapshotTaken {
    if (address === undefined) return unseen('it has not been looked for yet');
    const { host, port } = address;
    if (!this.#holders.some((holder) => isUnchanged(holder) && holds(holder, this.#onPort))) {
      const isHere = isListening(port, host);
      if (isHere === undefined) return unseen('it runs on another machine, or there is no /proc');
      if (!isHere) return unseen(`nothing on this machine is seen to listen on port ${port}`);
      this.#onPort = new Set([...listenersOn(port)].flat().map(({ inode }) => inode));
      const rows = readProcesses() ?? [];
      const holders = rows.filter((row) => isLiving(row) && holds(row, this.#onPort));
      const reason = whyUnseen(holders, rows, port);
      if (reason !== undefined) return unseen(reason);
      this.#holders = servers(holders);
    }
    return takeSnapshot({ pids: this.#holders.map(({ pid }) => pid), port });
  }
}

const unseen = (reason: string): SnapshotTaken => ({ kind: 'unseen', reason });

function whyUnseen(
  holders: readonly ProcessRow[],
  rows: readonly ProcessRow[],
  port: number,
): string | undefined {
  if (holders.length === 0) {
    return `the process behind port ${port} may not be inspected: it is another user’s`;
  }
  const carrier = holders.find(({ name }) => carriers.includes(name));
  if (carrier !== undefined) return `${carrier.name} passes port ${port} on to a server elsewhere`;
  const found = servers(holders);
  if (found.length === 0) return `the first process of this machine holds port ${port}`;
  // Our own sockets and memory would be taken for the server's.
  const isOurs = familyOf(
    rows,
    found.map(({ pid }) => pid),
  ).has(process.pid);
  return isOurs
    ? 'it runs in the process that tests it, or in one that started that process'
    : undefined;
}

/** Without init, which holds a listener on behalf of the service that it starts. */
const servers = (holders: readonly ProcessRow[]): readonly ProcessRow[] =>
  holders.filter(({ pid }) => pid !== 1);

const isUnchanged = ({ pid, startTicks }: ProcessRow): boolean =>
  readProcess(pid)?.startTicks === startTicks;

function holds({ pid }: ProcessRow, inodes: ReadonlySet<number>): boolean {
  for (const inode of socketInodes(pid) ?? []) if (inodes.has(inode)) return true;
  return false;
}
