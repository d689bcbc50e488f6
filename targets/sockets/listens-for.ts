// For whom a server listens: for other machines too, or for programs of its own machine alone.
import { isIP } from 'node:net';
import type { ListensFor } from '../target.ts';

/** True of a literal address that only programs of the same machine, or container, reach. */
export const isLoopback = (host: string): boolean =>
  isIP(host) !== 0 && (host.startsWith('127.') || host === '::1' || host.startsWith('::ffff:127.'));

/**
 * What the addresses tell that a server listens on: one other than loopback lets others reach it.
 * @param hosts literal addresses, `0.0.0.0` and `::` for any; `undefined` where none can be seen
 */
export function listensFor(hosts: readonly string[] | undefined): ListensFor {
  if (hosts === undefined) {
    return {
      kind: 'unknown',
      reason: 'this system does not show on which addresses a server listens',
    };
  }
  const each = [...new Set(hosts)];
  if (each.length === 0) {
    return { kind: 'unknown', reason: 'nothing is seen to listen on its port at this moment' };
  }
  return { kind: each.every(isLoopback) ? 'itself' : 'others', hosts: each };
}
