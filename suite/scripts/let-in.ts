// Opens connections to a target outside a run: for scripts, and for the documents' clients.
import {
  connect,
  type Connection,
  type ConnectOptions,
} from '../../clients/connection/connection.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import type { AddressTarget } from '../../targets/running/address.ts';
import type { Target } from '../../targets/target.ts';

/**
 * Connects to `target`, which has been started; where a name has several addresses, to the one
 * that lets us in, which the target keeps from then on.
 * @throws {ConnectFailed} when none does
 */
export async function connectTo(
  target: Target,
  options: Omit<ConnectOptions, 'host' | 'port'>,
): Promise<Connection> {
  try {
    return await connect({ ...options, ...target.address });
  } catch (error) {
    if (!(error instanceof ConnectFailed) || !hasCandidates(target)) throw error;
    const tried = target.address;
    for (const candidate of target.candidates.filter(({ host }) => host !== tried.host)) {
      const connection = await connect({ ...options, ...candidate }).catch(() => undefined);
      if (connection === undefined) continue;
      target.use(candidate);
      return connection;
    }
    throw error;
  }
}

const hasCandidates = (target: Target): target is AddressTarget => target.kind === 'address';
