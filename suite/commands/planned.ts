// What a run would judge, for --list.
import type { Behaviour } from '../behaviour.ts';
import type { Contract } from '../contracts/contract.ts';

/** One line a behaviour; what a known contract leaves out says why. */
export function listed(behaviours: readonly Behaviour[], contract: Contract | undefined): string {
  const widest = Math.max(...behaviours.map(({ id }) => id.length));
  const lines = behaviours.map((one) => {
    const reason = contract === undefined ? undefined : whyNotFor(one, contract);
    const rest = reason === undefined ? one.requirement : `skipped: ${reason}`;
    return `${one.id.padEnd(widest)}  ${one.level.padEnd(6)}  ${rest}`;
  });
  return `${lines.join('\n')}\n`;
}

function whyNotFor(
  { about = ['by-byte'], skipWhen }: Behaviour,
  contract: Contract,
): string | undefined {
  if (!about.includes(contract.replies)) return `it is not about ${contract.title}`;
  return skipWhen?.(contract);
}
