// The server's end of a connection, as the kernel shows it where both ends are on one machine.
import { closeWaitState, establishedState, ownTables, readRows, type Row } from './tcp-table.ts';

/** What a server has made of a connection so far. */
export interface FarEnd {
  /** False while it waits in the queue of the listener: no process has it. */
  readonly isAccepted: boolean;
  /** Bytes that reached the server's machine and that no process has read. */
  readonly unreadBytes: number;
  /** Other connections on that port that a process has. */
  readonly otherConnections: number;
}

/**
 * The end at `serverPort` of the connection that has `clientPort` at our end; undefined where the
 * tables do not show it: not Linux, another machine, a container's own network, or it has ended.
 */
export function farEnd(
  serverPort: number,
  clientPort: number,
  folder = ownTables,
): FarEnd | undefined {
  const rows = readRows('every', folder, serverPort)?.filter(isAlive) ?? [];
  const row = rows.find(({ peerPort }) => peerPort === clientPort);
  if (row === undefined) return undefined;
  return {
    isAccepted: isHeld(row),
    unreadBytes: row.unreadBytes,
    otherConnections: rows.filter((one) => one !== row && isHeld(one)).length,
  };
}

/**
 * Whether the kernel has bytes of this connection that neither side holds back: written at one end, and on their way to
 * one that has room for them. It sends a segment that was lost again after 0.2 s, then after twice that, and so on (RFC
 * 6298, 5.5). False where the tables do not show the connection.
 */
export function isUnderWay(serverPort: number, clientPort: number, folder = ownTables): boolean {
  const there = readRows('every', folder, serverPort)?.find((row) => row.peerPort === clientPort);
  if (there === undefined) return false;
  if (there.unacknowledgedBytes > 0) return true;
  const here = readRows('every', folder, clientPort)?.find((row) => row.peerPort === serverPort);
  return here !== undefined && here.unacknowledgedBytes > 0 && there.unreadBytes === 0;
}

/** Of those that ended otherwise the kernel shows no owner, whether they were accepted or not. */
const isAlive = ({ state }: Row): boolean => state === establishedState || state === closeWaitState;

const isHeld = ({ inode }: Row): boolean => inode !== 0;
