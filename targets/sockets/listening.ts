// Which ports are listening, from the kernel's own tables: no connection is spent on it.
// Where the tables cannot be read (not Linux) the answer is undefined, never a guess.
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  canonical,
  listenState,
  literal,
  ownTables,
  portsOf,
  readRow,
  readRows,
  rowsOf,
  tableNames,
  timeWaitState,
  unmapped,
  type Row,
} from './tcp-table.ts';

/** A socket in LISTEN state. */
export interface Listener {
  /** A literal address: `0.0.0.0` and `::` stand for any; a mapped IPv4 address is given plain. */
  readonly host: string;
  readonly port: number;
  /** What `/proc/PID/fd` shows as `socket:[INODE]`. */
  readonly inode: number;
}

/** A TCP socket, in whatever state. */
export interface TcpSocket extends Listener {
  readonly isListening: boolean;
}

/** The sockets in `tables`, the text of the files `tcp` and `tcp6` of some /proc/PID/net. */
export function socketsIn(tables: string): readonly TcpSocket[] {
  return tables.split('\n').flatMap((line) => {
    const row = readRow(line);
    if (row === undefined) return [];
    const { host, port, inode, state } = row;
    return [{ host: literal(host), port, inode, isListening: state === listenState }];
  });
}

/**
 * Every listening TCP socket of this machine (its network namespace), or of the namespace whose
 * tables are in `folder`, say `/proc/PID/net`; undefined without /proc.
 */
export function listeners(folder = ownTables): readonly Listener[] | undefined {
  return readRows('listening', folder)?.map(listenerOf);
}

/**
 * What listens on `port`, a table at a time, for IPv4 first: each takes milliseconds to read after
 * thousands of connections, so whoever has found enough leaves the rest unread. None without /proc.
 */
export function* listenersOn(
  port: number,
  folder = ownTables,
): Generator<readonly Listener[], void, undefined> {
  for (const name of tableNames) {
    const rows = rowsOf(`${folder}/${name}`, 'listening', port);
    if (rows !== undefined) yield [...rows].map(listenerOf);
  }
}

const listenerOf = ({ host, port, inode }: Row): Listener => ({ host: literal(host), port, inode });

/**
 * Whether something listens on `port`, and on `host` when given: a literal address; the wildcard
 * addresses listen on each. Undefined when it cannot be told: no /proc, or a host elsewhere.
 * A listener on `::` counts for IPv4 too, as the tables do not say whether it is IPv6 only.
 */
export function isListening(port: number, host?: string): boolean | undefined {
  if (host !== undefined && !isLocal(host)) return undefined;
  let isKnown = false;
  for (const found of listenersOn(port)) {
    if (found.some((one) => host === undefined || reaches(one.host, host))) return true;
    isKnown = true;
  }
  return isKnown ? false : undefined;
}

/** The ports that sockets have as their own, in whatever state; undefined without /proc. */
export function portsInUse(): ReadonlySet<number> | undefined {
  const tables = tableNames.map((name) => portsOf(`${ownTables}/${name}`));
  if (tables.every((ports) => ports === undefined)) return undefined;
  return new Set(tables.flatMap((ports) => ports ?? []));
}

/**
 * Whether ended connections still hold `port` (TIME_WAIT, one minute): a server that does not set
 * SO_REUSEADDR cannot bind it. Undefined without /proc.
 */
export function hasTimeWait(port: number, folder = ownTables): boolean | undefined {
  return hasRow(port, folder, (state) => state === timeWaitState);
}

/** Whether any connection, or what is left of one, has `port` at this end; undefined without /proc. */
export function hasConnection(port: number, folder = ownTables): boolean | undefined {
  return hasRow(port, folder, (state) => state !== listenState);
}

/** Reads on until there is one. */
function hasRow(
  port: number,
  folder: string,
  isWanted: (state: string) => boolean,
): boolean | undefined {
  let isKnown = false;
  for (const name of tableNames) {
    const rows = rowsOf(`${folder}/${name}`, 'every', port);
    isKnown ||= rows !== undefined;
    for (const { state } of rows ?? []) if (isWanted(state)) return true;
  }
  return isKnown ? false : undefined;
}

/** A connection, or what is left of one. */
export interface ConnectionRow {
  /** As the kernel numbers states; see {@link closeWaitState}. */
  readonly state: string;
  /** 0 when no process has it open. */
  readonly inode: number;
  /** The port at the other end. */
  readonly peerPort: number;
  /** Received, and not read by whom it belongs to. */
  readonly unreadBytes: number;
}

/** Every connection that has `port` at this end, in whatever state; undefined without /proc. */
export function connectionsOn(
  port: number,
  folder = ownTables,
): readonly ConnectionRow[] | undefined {
  return readRows('every', folder, port)?.filter(({ state }) => state !== listenState);
}

function reaches(bound: string, host: string): boolean {
  if (bound === '::') return true;
  if (bound === '0.0.0.0') return isIPv4(unmapped(host));
  return bound === canonical(host);
}

/** Loopback addresses are all ours; others only when an interface has them. */
function isLocal(host: string): boolean {
  const wanted = canonical(host);
  if (/^127\.|^0\.0\.0\.0$|^::1?$/u.test(wanted)) return true;
  return Object.values(networkInterfaces()).some((interfaces) =>
    interfaces?.some(({ address }) => canonical(address) === wanted),
  );
}
