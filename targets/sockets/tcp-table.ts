// The kernel's tables of TCP sockets, a line each, as /proc shows them; Linux only.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { endianness } from 'node:os';
import { dirname } from 'node:path';

/** A row of `/proc/net/tcp` or `/proc/net/tcp6`. */
export interface Row {
  /** 4 or 16 bytes in network order, hexadecimal. */
  readonly host: string;
  readonly port: number;
  /** As the kernel numbers states (include/net/tcp_states.h), in hexadecimal. */
  readonly state: string;
  /** 0 when no process has it open. */
  readonly inode: number;
  /** The port at the other end; 0 for a listener. */
  readonly peerPort: number;
  /** Bytes that came and that no process has read yet; of a listener, clients not accepted yet. */
  readonly unreadBytes: number;
  /** Bytes that were written at this end and that the kernel of the other has not acknowledged yet. */
  readonly unacknowledgedBytes: number;
}

export const listenState = '0A';
export const establishedState = '01';
export const timeWaitState = '06';
/** The peer has ended the connection, and this end has not. */
export const closeWaitState = '08';
const mappedPrefix = '00000000000000000000ffff';
const littleEndian = endianness() === 'LE';

/** Where the tables of our own network namespace are; those of a process are in its /proc folder. */
export const ownTables = '/proc/net';

export type Wanted = 'listening' | 'every';

export const tableNames = ['tcp', 'tcp6'];

/** All rows wanted, or those that have `port` at this end. */
export function readRows(
  wanted: Wanted,
  folder: string,
  port?: number,
): readonly Row[] | undefined {
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
export function rowsOf(path: string, wanted: Wanted, port?: number): Iterable<Row> | undefined {
  try {
    if (wanted === 'listening' && path.endsWith('/tcp6') && hasNoSocket(path)) return [];
    return readRowsFrom(openSync(path, 'r'), wanted, port);
  } catch {
    return undefined;
  }
}

const usedIpv6Sockets = /^TCP6: inuse (\d+)$/mu;

/**
 * Whether no socket for IPv6 is in use, listeners among them, as `sockstat6` counts beside the table at `path`: the
 * kernel goes through all that the table has room for, some milliseconds, before it says that there is none. It adds
 * up a number for each processor, so that one that comes and goes just then can hide another: hence the second look.
 */
function hasNoSocket(path: string): boolean {
  const isNone = (): boolean =>
    usedIpv6Sockets.exec(readFileSync(`${dirname(path)}/sockstat6`, 'latin1'))?.[1] === '0';
  try {
    return isNone() && isNone();
  } catch {
    // Not every kernel has it.
    return false;
  }
}

/**
 * The ports at this end of every row of a table, in whatever state; undefined when it cannot be read.
 * Of thousands of rows nothing else is taken down.
 */
export function portsOf(path: string): readonly number[] | undefined {
  try {
    const ports: number[] = [];
    for (const lines of linesFrom(openSync(path, 'r'))) {
      for (const line of lines) {
        const port = Number.parseInt(line.substring(portAt(line), portAt(line) + 4), 16);
        if (!Number.isNaN(port)) ports.push(port);
      }
    }
    return ports;
  } catch {
    return undefined;
  }
}

function* readRowsFrom(
  descriptor: number,
  wanted: Wanted,
  port: number | undefined,
): Generator<Row, void, undefined> {
  const portDigits = port?.toString(16).toUpperCase().padStart(4, '0');
  let isPastListeners = false;
  for (const lines of linesFrom(descriptor)) {
    for (const line of lines) {
      // Most of thousands of lines are told by their port alone, and others by their state.
      const isOther = portDigits !== undefined && !line.startsWith(portDigits, portAt(line));
      if (isOther && (wanted === 'every' || isPastListeners)) continue;
      const state = stateOf(line);
      if (state === undefined) continue;
      if (state !== listenState) isPastListeners = true;
      else if (isPastListeners) isListenFirst = false;
      if (isOther || (wanted === 'listening' && state !== listenState)) continue;
      const row = readRow(line);
      if (row !== undefined) yield row;
    }
    if (wanted === 'listening' && isListenFirst && isPastListeners) return;
  }
}

/** The lines of a table, as many at a time as one read brings; closes it when they are no more asked for. */
function* linesFrom(descriptor: number): Generator<readonly string[], void, undefined> {
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest = '';
    for (let count = 1; count > 0;) {
      count = readSync(descriptor, chunk);
      const lines = (rest + chunk.toString('latin1', 0, count)).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The second colon of a line stands before the port at this end. */
const portAt = (line: string): number => line.indexOf(':', line.indexOf(':') + 1) + 1;

const untilState = /^\s*\d+: \S+ \S+ ([\dA-F]{2}) /u;

/** The state that a line tells; undefined for its headings, and for what is no row. */
const stateOf = (line: string): string | undefined => untilState.exec(line)?.[1];

/** What a line of a table tells; undefined for its headings, and for what is no row. */
export function readRow(line: string): Row | undefined {
  // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
  const [, local, peer, state, queues, , , , , inode] = line.trim().split(/\s+/u, 10);
  const [host, port] = local?.split(':') ?? [];
  const [, peerPort = '0'] = peer?.split(':') ?? [];
  const [unacknowledged = '0', unread = '0'] = queues?.split(':') ?? [];
  if (host === undefined || port === undefined || state === undefined) return undefined;
  if (state === 'st') return undefined;
  return {
    host: networkOrder(host),
    port: Number.parseInt(port, 16),
    state,
    inode: Number(inode),
    peerPort: Number.parseInt(peerPort, 16),
    unreadBytes: Number.parseInt(unread, 16),
    unacknowledgedBytes: Number.parseInt(unacknowledged, 16),
  };
}

/** The kernel prints each 32-bit word of an address in the machine's own byte order. */
function networkOrder(words: string): string {
  const bytes = Buffer.from(words, 'hex');
  return (littleEndian && bytes.length % 4 === 0 ? bytes.swap32() : bytes).toString('hex');
}

/** The literal address that a row gives in hexadecimal; a mapped IPv4 address is given plain. */
export function literal(hex: string): string {
  if (hex.length === 8) return Buffer.from(hex, 'hex').join('.');
  if (hex.startsWith(mappedPrefix)) {
    return Buffer.from(hex.slice(mappedPrefix.length), 'hex').join('.');
  }
  return canonical((hex.match(/.{4}/gu) ?? []).join(':'));
}

/** One spelling for each address, as the URL standard writes it. */
export function canonical(host: string): string {
  const plain = unmapped(host);
  if (!isIPv6(plain)) return plain;
  const [address = plain] = plain.split('%');
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** An IPv4 address that is written as an IPv6 one, plain. */
export const unmapped = (host: string): string => host.replace(/^::ffff:(?=\d+\.)/iu, '');
