// What a class's points are given by: the same items for each submission, whatever it does.
import { isUseful } from '../../engine/plan/applies.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import { plainItem, type Rubric } from '../../points/rubric.ts';

/** A point for each `must` that applies to the contract and counts, when nobody said what they are worth. */
export function plainClassRubric(contract: Contract, behaviours: readonly Behaviour[]): Rubric {
  return {
    title: null,
    unjudged: 'credit',
    items: behaviours
      .filter((one) => one.level === 'must' && one.isNewer !== true && isUseful(one, contract))
      .map(({ id }) => plainItem(id, 1)),
  };
}

/** Names of items that nobody could earn: none of their behaviours is judged and applies. */
export function emptyItems(
  rubric: Rubric,
  contract: Contract,
  behaviours: readonly Behaviour[],
): string[] {
  const useful = behaviours.filter((one) => one.isNewer !== true && isUseful(one, contract));
  const ids = new Set(useful.map(({ id }) => id));
  return rubric.items
    .filter((item) => item.causes === undefined && !item.behaviours.some((id) => ids.has(id)))
    .map(({ name }) => name);
}
