import { describe, expect, it } from 'vitest';
import { addressTarget, parseAddress } from '../../../targets/running/address.ts';
import type { WayIn } from '../../../targets/target.ts';
import { whyNot } from './applies.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';

/** Why each behaviour is not asked of a server behind such a way in, by its id. */
function reasons(wayIn: WayIn): ReadonlyMap<string, string | undefined> {
  const target = Object.assign(addressTarget(parseAddress('127.0.0.1:9990')), { wayIn });
  return new Map(behaviours.map((one) => [one.id, whyNot(one, echo, target, undefined)]));
}

describe('after a proxy', () => {
  const closes = [
    'accept/accepts',
    'half-close/closes-too',
    'half-close/does-not-close-first',
    'half-close/ends-with-fin-not-reset',
    'robustness/survives-reset-at-once',
    'robustness/survives-a-flood',
  ];

  it.each(closes)('%s is not asked, and why is said', (id) => {
    const proxied = { kind: 'proxied', reason: 'a proxy stands before it' } as const;

    expect(reasons(proxied).get(id)).toMatch(/a proxy stands before it/);
  });

  it.each(['payload/one-message', 'half-close/sends-all-it-owes', 'concurrency/many-at-once'])(
    '%s is asked all the same',
    (id) => {
      expect(reasons({ kind: 'proxied', reason: 'a proxy' }).get(id)).toBeUndefined();
    },
  );

  it.each(closes)('%s is asked where nothing stands in between', (id) => {
    expect(reasons({ kind: 'direct' }).get(id)).toBeUndefined();
    expect(reasons({ kind: 'published' }).get(id)).toBeUndefined();
  });
});
