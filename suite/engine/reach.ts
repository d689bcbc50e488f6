// The first contact with the server: on which address it answers, and what is said when none does.
import { ConnectFailed } from '../../clients/faults.ts';
import type { AddressTarget } from '../../targets/running/address.ts';
import { isListening } from '../../targets/sockets/listening.ts';
import { nearMiss, tellMiss } from '../../targets/launch/near-miss.ts';
import type { Target } from '../../targets/target.ts';
import { findContract, type FindOptions, type Found } from '../discovery/find-contract.ts';
import type { Session } from './session/session.ts';

/**
 * Finds the server's contract; where a name has several addresses, on the one that lets us in.
 * @throws {ConnectFailed} when none does
 */
export async function reach(session: Session, options: FindOptions): Promise<Found> {
  const { target } = session;
  const [, ...others] = isAddressTarget(target) ? target.candidates : [];
  try {
    return await findContract(session, options);
  } catch (error) {
    for (const candidate of others) {
      if (!(error instanceof ConnectFailed) || !isAddressTarget(target)) break;
      target.use(candidate);
      try {
        return await findContract(session, options);
      } catch (next) {
        if (!(next instanceof ConnectFailed)) throw next;
      }
    }
    throw error;
  }
}

const isAddressTarget = (target: Target): target is AddressTarget => target.kind === 'address';

/** Why nothing could be judged, and what to do about it. */
export function explain({ code }: ConnectFailed, target: Target): string {
  const { label } = target;
  const near = code === 'ECONNREFUSED' ? nearby(target) : undefined;
  if (near !== undefined) return `Nothing listens on ${label} (connection refused). ${near}`;
  const what: Readonly<Record<string, string>> = {
    ECONNREFUSED: `Nothing listens on ${label} (connection refused). Start the server, check the port, or wait for it with --wait 10.`,
    ETIMEDOUT: `${label} did not answer: no connection within 12 s. Check the address, the firewall, and that the server calls accept().`,
    EHOSTUNREACH: `${label} cannot be reached (no route to the host).`,
    ENETUNREACH: `${label} cannot be reached (no route to its network).`,
  };
  return what[code] ?? `${label} did not accept a client (${code}).`;
}

/** What listens nearly there instead; undefined when nothing does, or on another machine. */
function nearby({ kind, address: { host, port } }: Target): string | undefined {
  if (kind !== 'address' || isListening(port, host) === undefined) return undefined;
  const miss = nearMiss(port);
  return miss && tellMiss(miss, port);
}
