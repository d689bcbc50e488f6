import { expect, test } from 'vitest';
import { isUseful } from '../../engine/plan/applies.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { choose } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import { emptyItems, plainClassRubric } from './class-rubric.ts';

function contract(id: string, more: { readonly serves?: Contract['serves'] } = {}): Contract {
  const found = choose({ id, ...more });
  if (found === undefined) throw new Error(`There is no contract ${id}.`);
  return found;
}

test('without a rubric each must that applies to the contract is a point', () => {
  const uppercase = contract('uppercase');
  const { items } = plainClassRubric(uppercase, behaviours);
  const names = items.map(({ name }) => name);

  expect(names).toContain('payload/raises-every-letter');
  expect(names).not.toContain('operator/lines-arrive-whole');
  expect(names.length).toBeGreaterThan(40);
  expect(items.every(({ points }) => points === 1)).toBe(true);
  expect(
    plainClassRubric(contract('echo'), behaviours).items.map(({ name }) => name),
  ).not.toContain('payload/raises-every-letter');
});

test('one client at a time leaves out what needs several together', () => {
  const ids = (serves: Contract['serves']): string[] =>
    behaviours.filter((one) => isUseful(one, contract('echo', { serves }))).map(({ id }) => id);
  const [many, single, one] = [ids('many'), ids('one-at-a-time'), ids('one')];

  expect(many.length).toBeGreaterThan(single.length);
  expect(single.length).toBeGreaterThan(one.length);
  expect(one.length).toBeGreaterThan(0);
});

test('an item that nobody could earn is found before anybody has lost it', () => {
  const { items } = plainClassRubric(contract('uppercase'), behaviours);
  const rubric = { title: null, unjudged: 'credit', items } as const;

  expect(emptyItems(rubric, contract('uppercase'), behaviours)).toEqual([]);
  expect(emptyItems(rubric, contract('echo'), behaviours)).toContain('payload/raises-every-letter');
});
