// What a run would judge, for --list.
import { isUseful } from '../../engine/plan/applies.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { UsageError } from '../command.ts';
import type { PromisedContract } from '../options/read-contract.ts';

/**
 * One line a behaviour; what the contract has no use for is left out, where one is given.
 * @throws {UsageError} when nothing is left
 */
export function listed(behaviours: readonly Behaviour[], promised: PromisedContract): string {
  const useful = usefulOf(behaviours, promised);
  const widest = Math.max(...useful.map(({ id }) => id.length));
  const lines = useful.map(
    ({ id, level, requirement }) => `${id.padEnd(widest)}  ${level.padEnd(6)}  ${requirement}`,
  );
  return `${lines.join('\n')}\n`;
}

function usefulOf(
  behaviours: readonly Behaviour[],
  { contract, ending, serves }: PromisedContract,
): readonly Behaviour[] {
  if (contract === undefined) return behaviours;
  const held = {
    ...contract,
    ending: ending ?? contract.ending,
    serves: serves ?? contract.serves,
  };
  const useful = behaviours.filter((one) => isUseful(one, held));
  if (useful.length > 0) return useful;
  throw new UsageError(`None of these behaviours applies to the contract ${contract.id}.`);
}
