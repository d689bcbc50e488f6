// Whether a behaviour applies to a contract and can be asked of a target.
import type { SnapshotTaken, Target } from '../../../targets/target.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';

/** Why behaviours of another kind of contract do not apply. */
const otherwise: Readonly<Record<Contract['replies'], string>> = {
  'by-byte': 'under this contract the server replies to its client, byte by byte',
  'by-read': 'under this contract the server replies to each message as a whole',
  'one-message': 'under this contract the server sends one message of its own and closes',
  none: 'under this contract the server sends nothing and closes',
  'by-operator':
    'under this contract the server sends what its operator types, and replies to nobody',
};

const unasked =
  'somebody must type at the server: have conform start it (--launch, --build, --document), or run conform on a terminal, where it asks you to';

/** True when `contract` has any use for `behaviour`; what a target cannot show is not known here. */
export function isUseful(behaviour: Behaviour, contract: Contract): boolean {
  return isAbout(behaviour, contract) && withheld(behaviour, contract) === undefined;
}

/** Why `behaviour` is not asked here, or undefined when it is. */
export function whyNot(
  behaviour: Behaviour,
  contract: Contract,
  target: Target,
  snapshot: SnapshotTaken | undefined,
): string | undefined {
  const { uses = [] } = behaviour;
  if (!isAbout(behaviour, contract)) return otherwise[contract.replies];
  const isTypedAt = uses.includes('console') || contract.replies === 'by-operator';
  if (isTypedAt && target.console === undefined) return unasked;
  if (uses.includes('end-of-input') && target.console?.endInput === undefined) {
    return 'the end of its operator’s input cannot be sent from here';
  }
  if (uses.includes('lifecycle') && target.lifecycle === undefined) {
    return 'only a server that conform started is stopped or started again (--launch)';
  }
  if (uses.includes('bare-connection') && target.wayIn?.kind === 'proxied') {
    return `it cannot be seen from here: ${target.wayIn.reason}`;
  }
  const reason = withheld(behaviour, contract);
  if (reason !== undefined) return reason;
  if (uses.includes('processes') && snapshot?.kind === 'unseen') {
    return `the server’s processes cannot be inspected: ${snapshot.reason}`;
  }
  return undefined;
}

const isAbout = ({ about = ['by-byte'] }: Behaviour, { replies }: Contract): boolean =>
  about.includes(replies);

/** Why a contract of the right kind promises nothing of it. */
function withheld({ clients, skipWhen }: Behaviour, contract: Contract): string | undefined {
  const reason = skipWhen?.(contract);
  if (reason !== undefined) return reason;
  if (contract.serves === 'one' && clients !== 'one')
    return 'under this contract the server serves one client';
  if (contract.serves === 'one-at-a-time' && clients === 'together') {
    return 'under this contract the server serves one client at a time';
  }
  return undefined;
}
