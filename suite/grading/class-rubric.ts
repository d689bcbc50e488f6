// What a class's points are given by: the same items for each submission, whatever it does.
import type { Behaviour } from '../behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Rubric } from '../rubric.ts';

/** The behaviours that a contract has any use for; what a machine cannot show is not known here. */
export function applicableTo(
  contract: Contract,
  behaviours: readonly Behaviour[],
): readonly Behaviour[] {
  return behaviours.filter(({ about = ['by-byte'], clients, skipWhen }) => {
    if (!about.includes(contract.replies) || skipWhen?.(contract) !== undefined) return false;
    if (contract.serves === 'one') return clients === 'one';
    return contract.serves === 'many' || clients !== 'together';
  });
}

/** A point for each `must` that applies to the contract, when nobody said what they are worth. */
export function plainClassRubric(contract: Contract, behaviours: readonly Behaviour[]): Rubric {
  return {
    title: null,
    unjudged: 'credit',
    items: applicableTo(contract, behaviours)
      .filter(({ level }) => level === 'must')
      .map(({ id }) => ({
        name: id,
        behaviours: [id],
        points: 1,
        award: 'all',
        visibility: 'visible',
        reveal: 'full',
      })),
  };
}

/** Names of items that nobody could earn: none of their behaviours is judged and applies. */
export function emptyItems(
  rubric: Rubric,
  contract: Contract,
  behaviours: readonly Behaviour[],
): string[] {
  const ids = new Set(applicableTo(contract, behaviours).map(({ id }) => id));
  return rubric.items
    .filter((item) => item.causes === undefined && !item.behaviours.some((id) => ids.has(id)))
    .map(({ name }) => name);
}
