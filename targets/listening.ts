// Which ports are listening, from the kernel's own tables: no connection is spent on it.
// Where the tables cannot be read (not Linux) the answer is undefined, never a guess.
import { closeSync, openSync, readSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { endianness, networkInterfaces } from 'node:os';

/** A row of `/proc/net/tcp` or `/proc/net/tcp6`. */
interface Row {
  /** 4 or 16 bytes in network order, hexadecimal. */
  readonly host: string;
  readonly port: number;
  readonly state: string;
  readonly inode: number;
}

/** A socket in LISTEN state. */
export interface Listener {
  /** A literal address: `0.0.0.0` and `::` stand for any; a mapped IPv4 address is given plain. */
  readonly host: string;
  readonly port: number;
  /** What `/proc/PID/fd` shows as `socket:[INODE]`. */
  readonly inode: number;
}

const listenState = '0A';
const timeWaitState = '06';
/** The peer has ended the connection, and this end has not. */
export const closeWaitState = '08';
const mappedPrefix = '00000000000000000000ffff';
const littleEndian = endianness() === 'LE';

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

/** Where the tables of our own network namespace are; those of a process are in its /proc folder. */
const ownTables = '/proc/net';

/**
 * Every listening TCP socket of this machine (its network namespace), or of the namespace whose
 * tables are in `folder`, say `/proc/PID/net`; undefined without /proc.
 */
export function listeners(folder = ownTables): readonly Listener[] | undefined {
  return readRows('listening', folder)?.map(({ host, port, inode }) => ({
    host: literal(host),
    port,
    inode,
  }));
}

/**
 * Whether something listens on `port`, and on `host` when given: a literal address; the wildcard
 * addresses listen on each. Undefined when it cannot be told: no /proc, or a host elsewhere.
 * A listener on `::` counts for IPv4 too, as the tables do not say whether it is IPv6 only.
 */
export function isListening(port: number, host?: string): boolean | undefined {
  if (host !== undefined && !isLocal(host)) return undefined;
  let isKnown = false;
  for (const name of tableNames) {
    const rows = rowsOf(`${ownTables}/${name}`, 'listening', port);
    isKnown ||= rows !== undefined;
    // Where the first table shows it, the second, which may be long, is left unread.
    for (const row of rows ?? []) {
      if (host === undefined || reaches(literal(row.host), host)) return true;
    }
  }
  return isKnown ? false : undefined;
}

/** The inodes of all sockets that listen on `port`; undefined without /proc. */
export function listenerInodes(port: number): ReadonlySet<number> | undefined {
  const found = listeners()?.filter((listener) => listener.port === port);
  return found && new Set(found.map(({ inode }) => inode));
}

/** The ports that sockets have as their own, in whatever state; undefined without /proc. */
export function portsInUse(): ReadonlySet<number> | undefined {
  const rows = readRows('every', ownTables);
  return rows && new Set(rows.map(({ port }) => port));
}

/**
 * Whether ended connections still hold `port` (TIME_WAIT, one minute): a server that does not set
 * SO_REUSEADDR cannot bind it. Undefined without /proc.
 */
export function hasTimeWait(port: number, folder = ownTables): boolean | undefined {
  return readRows('every', folder, port)?.some(({ state }) => state === timeWaitState);
}

/** A connection, or what is left of one. */
export interface ConnectionRow {
  /** As the kernel numbers states; see {@link closeWaitState}. */
  readonly state: string;
  /** 0 when no process has it open. */
  readonly inode: number;
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

/** One spelling for each address, as the URL standard writes it. */
function canonical(host: string): string {
  const plain = unmapped(host);
  if (!isIPv6(plain)) return plain;
  const [address = plain] = plain.split('%');
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

const unmapped = (host: string): string => host.replace(/^::ffff:(?=\d+\.)/iu, '');

type Wanted = 'listening' | 'every';

const tableNames = ['tcp', 'tcp6'];

/** All rows wanted, or those that have `port` at this end. */
function readRows(wanted: Wanted, folder: string, port?: number): readonly Row[] | undefined {
  const tables = tableNames.map((name) => rowsOf(`${folder}/${name}`, wanted, port));
  if (tables.every((rows) => rows === undefined)) return undefined;
  return tables.flatMap((rows) => [...(rows ?? [])]);
}

const chunkBytes = 8 * 1024;

/**
 * Linux lists what listens before all connections (tcp_get_idx in net/ipv4/tcp_ipv4.c). After
 * thousands of connections, all in TIME_WAIT, the rest takes 50 ms to read: it is left unread, as
 * long as no table was seen that is ordered otherwise.
 */
let isListenFirst = true;

/** The rows of a table, read as they are asked for; undefined when it cannot be read. */
function rowsOf(path: string, wanted: Wanted, port?: number): Iterable<Row> | undefined {
  try {
    return readRowsFrom(openSync(path, 'r'), wanted, port);
  } catch {
    return undefined;
  }
}

function* readRowsFrom(
  descriptor: number,
  wanted: Wanted,
  port: number | undefined,
): Generator<Row, void, undefined> {
  const isWanted = ({ state }: Row): boolean => wanted === 'every' || state === listenState;
  const portDigits = port?.toString(16).toUpperCase().padStart(4, '0');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest = '';
    let isPastListeners = false;
    for (let count = 1; count > 0;) {
      if (wanted === 'listening' && isListenFirst && isPastListeners) break;
      count = readSync(descriptor, chunk);
      const lines = (rest + chunk.toString('latin1', 0, count)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        // Most of thousands of lines are told by their port alone.
        const isOther = portDigits !== undefined && !hasLocalPort(line, portDigits);
        if (isOther && (wanted === 'every' || isPastListeners)) continue;
        const row = readRow(line);
        if (row === undefined) continue;
        if (row.state !== listenState) isPastListeners = true;
        else if (isPastListeners) isListenFirst = false;
        if (!isOther && isWanted(row)) yield row;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The second colon of a line stands before the port at this end. */
const hasLocalPort = (line: string, digits: string): boolean =>
  line.startsWith(digits, line.indexOf(':', line.indexOf(':') + 1) + 1);

function readRow(line: string): Row | undefined {
  // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
  const [, local, , state, , , , , , inode] = line.trim().split(/\s+/u, 10);
  const [host, port] = local?.split(':') ?? [];
  if (host === undefined || port === undefined || state === undefined) return undefined;
  if (state === 'st') return undefined;
  return {
    host: networkOrder(host),
    port: Number.parseInt(port, 16),
    state,
    inode: Number(inode),
  };
}

/** The kernel prints each 32-bit word of an address in the machine's own byte order. */
function networkOrder(words: string): string {
  const bytes = Buffer.from(words, 'hex');
  return (littleEndian && bytes.length % 4 === 0 ? bytes.swap32() : bytes).toString('hex');
}

function literal(hex: string): string {
  if (hex.length === 8) return Buffer.from(hex, 'hex').join('.');
  if (hex.startsWith(mappedPrefix)) {
    return Buffer.from(hex.slice(mappedPrefix.length), 'hex').join('.');
  }
  return canonical((hex.match(/.{4}/gu) ?? []).join(':'));
}
