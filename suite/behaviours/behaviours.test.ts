import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  aboutRun,
  everyBehaviour as behaviours,
  type AnyBehaviourId,
  type BehaviourId,
} from './behaviours.ts';

const ids = behaviours.map(({ id }) => id);
const manners = ['gentle', 'alone', 'rough'];

const find = (id: BehaviourId) => behaviours.find((one) => one.id === id);

/** Gentle ones wait for each other; the rest are judged after them, in the order of the registry. */
function isBefore(need: BehaviourId, id: BehaviourId): boolean {
  const [early, late] = [need, id].map((one) => manners.indexOf(find(one)?.manner ?? ''));
  if (early === undefined || late === undefined || early !== late)
    return Number(early) < Number(late);
  return early === 0 || ids.indexOf(need) < ids.indexOf(id);
}

/** All that `id` needs, and what that needs. */
function needsOf(id: BehaviourId, seen: ReadonlySet<BehaviourId> = new Set()): BehaviourId[] {
  const needs = (find(id)?.needs ?? []).filter((need) => !seen.has(need));
  return needs.flatMap((need) => [need, ...needsOf(need, new Set([...seen, ...needs]))]);
}

describe('the behaviours', () => {
  it('have ids that the compiler knows: another literal is none', () => {
    expectTypeOf<'accept/accepts'>().toExtend<BehaviourId>();
    expectTypeOf<'accept/acepts'>().not.toExtend<AnyBehaviourId>();
    const [own] = ['mine/keeps-time' as AnyBehaviourId];
    // @ts-expect-error TS2367: nor is any id equal to it, a user's own one included.
    expect(own === 'accept/acepts').toBe(false);
  });

  it('are about one conversation or several, but for the one about the run', () => {
    expect(aboutRun).toEqual(['robustness/stays-up']);
  });

  it('have ids of their own', () => {
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  describe.each(behaviours.map((behaviour) => [behaviour.id, behaviour] as const))(
    '%s',
    (id, behaviour) => {
      it('is named after its family and what the server does', () => {
        expect(id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(id.startsWith(`${behaviour.family}/`)).toBe(true);
      });

      it('says what it requires, on what grounds, and what is most often wrong', () => {
        expect(behaviour.requirement).toMatch(/^\p{Lu}.*\.$/su);
        expect(behaviour.hint).toMatch(/^\S.*[.?]$/su);
        expect(behaviour.reference.trim()).not.toBe('');
        expect(['must', 'should', 'may']).toContain(behaviour.level);
      });

      it('needs only what is judged before it, directly or by way of others', () => {
        expect(behaviour.needs.filter((need) => !isBefore(need, id))).toEqual([]);
        expect(needsOf(id)).not.toContain(id);
      });
    },
  );
});
