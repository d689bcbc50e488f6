// What listens nearly where it should: on another address, on the port with its bytes swapped, by UDP.
// From the kernel's own tables, at no connection; Linux only.
import { listenersOn } from '../sockets/listening.ts';
import { ownTables, rowsOf } from '../sockets/tcp-table.ts';

/** Where a server is that was looked for on a port of this machine. */
export type NearMiss =
  /** It listens on the port, on these literal addresses only. */
  | { readonly kind: 'other-address'; readonly hosts: readonly string[] }
  /** It listens on the port that is left when htons() is forgotten. */
  | { readonly kind: 'swapped'; readonly port: number }
  /** A UDP socket is bound to the port. */
  | { readonly kind: 'udp' };

/** A UDP socket that is bound and has no peer (TCP_CLOSE, see include/net/tcp_states.h). */
const unconnectedState = '07';

/** The port that a server binds which leaves out htons(): its two bytes swapped. */
export const swapped = (port: number): number => ((port & 0xff) << 8) | (port >> 8);

/** What listens nearly on `port`, where nothing was found on it; undefined when nothing does. */
export function nearMiss(port: number, folder = ownTables): NearMiss | undefined {
  const hosts = [...listenersOn(port, folder)].flat().map(({ host }) => host);
  if (hosts.length > 0) return { kind: 'other-address', hosts: [...new Set(hosts)] };
  const other = swapped(port);
  const isSwapped = other !== port && other > 0;
  if (isSwapped && [...listenersOn(other, folder)].flat().length > 0) {
    return { kind: 'swapped', port: other };
  }
  return udpSockets(port, folder).length > 0 ? { kind: 'udp' } : undefined;
}

/** The UDP sockets that wait for anybody's datagrams on `port`: what `/proc/PID/fd` calls them. */
export function udpSockets(port: number, folder = ownTables): readonly number[] {
  return ['udp', 'udp6'].flatMap((name) =>
    [...(rowsOf(`${folder}/${name}`, 'every', port) ?? [])]
      .filter(({ state }) => state === unconnectedState)
      .map(({ inode }) => inode),
  );
}

const byUdp = 'Make its socket with SOCK_STREAM, and call listen() and accept().';

/** One or two sentences on `miss`, and what to do; `port` is the one that was looked for. */
export function tellMiss(miss: NearMiss, port: number): string {
  if (miss.kind === 'udp') {
    return `A UDP server is on port ${port}; conform tests TCP servers. ${byUdp}`;
  }
  if (miss.kind === 'swapped') {
    return (
      `A server listens on port ${miss.port}, which is ${port} with its two bytes swapped: ` +
      `write htons(${port}) where the port goes into the address.`
    );
  }
  const [host = ''] = miss.hosts;
  const written = host.includes(':') ? `[${host}]` : host;
  return (
    `A server listens on this port of ${miss.hosts.join(' and ')} only: try --target ` +
    `${written}:${port}, or let it listen on every address (INADDR_ANY, 0.0.0.0).`
  );
}
