import { expect, test } from 'vitest';
import {
  agreeing,
  distinct,
  exactly,
  faultOf,
  flag,
  isTold,
  list,
  names,
  object,
  oneOf,
  optional,
  orNull,
  some,
  text,
  variant,
  whole,
} from './shape.ts';

const shape = object({
  name: text,
  isOpen: flag,
  size: orNull(oneOf(1, 2)),
  parts: distinct(object({ id: text, count: optional(whole(1, 9)) }), ({ id }) => id),
  ends: list(
    variant('kind', [
      object({ kind: exactly('fin') }),
      object({ kind: exactly('reset'), after: whole(0, 9) }),
    ]),
  ),
});
const right = {
  name: 'a',
  isOpen: true,
  size: null,
  parts: [{ id: 'x' }, { id: 'y', count: 2 }],
  ends: [{ kind: 'fin' }],
};

test('what is as it was declared has no fault, whatever else it holds', () => {
  expect(faultOf(shape, { ...right, later: 1 }, 'it')).toBeNull();
  expect(isTold(shape, right)).toBe(true);
});

test.each<[unknown, string]>([
  [7, 'it must be an object'],
  [[], 'it must be an object'],
  [null, 'it must be an object'],
  [{ ...right, name: undefined }, 'it.name is missing'],
  [{ ...right, name: 7 }, 'it.name must be text'],
  [{ ...right, isOpen: 'yes' }, 'it.isOpen must be true or false'],
  [{ ...right, size: 3 }, 'it.size must be 1 or 2'],
  [{ ...right, parts: {} }, 'it.parts must be a list'],
  [{ ...right, parts: [{ id: 'x' }, []] }, 'it.parts[1] must be an object'],
  [
    { ...right, parts: [{ id: 'x', count: 1.5 }] },
    'it.parts[0].count must be a whole number from 1 to 9',
  ],
  [
    { ...right, parts: [{ id: '$&\0' }, { id: 'y' }, { id: '$&\0' }] },
    'it.parts[2] is "$&\\u0000", as it.parts[0] is: expected each only once',
  ],
  [{ ...right, ends: [{}] }, 'it.ends[0].kind must be fin or reset'],
  [{ ...right, ends: [{ kind: '__proto__' }] }, 'it.ends[0].kind must be fin or reset'],
  [{ ...right, ends: [[]] }, 'it.ends[0] must be an object'],
  [{ ...right, ends: [{ kind: 'reset' }] }, 'it.ends[0].after is missing'],
])('%j is refused with the place: %s', (value, message) => {
  expect(faultOf(shape, value, 'it')).toBe(message);
  expect(isTold(shape, value)).toBe(false);
});

test('what one field says of another is told once each is right', () => {
  const tally = agreeing(
    object({ failed: whole(0, 9), of: whole(1, 9) }),
    ({ failed, of }) => failed <= of,
    ({ of }, place) => `${place}.failed must be at most ${place}.of, which is ${of}`,
  );

  expect(faultOf(list(tally), [{ failed: 1, of: 1 }], 'tallies')).toBeNull();
  expect(faultOf(list(tally), [{ failed: 2, of: 1 }], 'tallies')).toBe(
    'tallies[0].failed must be at most tallies[0].of, which is 1',
  );
  expect(faultOf(list(tally), [{ failed: 2, of: 0 }], 'tallies')).toContain(
    'tallies[0].of must be',
  );
});

test('a list may have to hold something', () => {
  expect(faultOf(some(names), [], 'ids')).toBe('ids must hold one at least');
  expect(faultOf(some(names), ['a'], 'ids')).toBeNull();
});

test('of a million faults it tells the first', () => {
  const faults = Array.from({ length: 1_000_000 }, () => ({}));

  expect(faultOf(list(object({ id: text })), faults, 'items')).toBe('items[0].id is missing');
});
