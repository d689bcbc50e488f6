import { expect, it } from 'vitest';
import { abridged, inOrderOfTime } from './sequence.ts';

it('is in the order of time, and of the records where two things happened at once', () => {
  const records = [
    { client: 'A', entries: [{ atMicros: 5 }, { atMicros: 9 }] },
    { client: 'B', entries: [{ atMicros: 1 }, { atMicros: 5 }] },
  ];

  const told = inOrderOfTime(records).map(({ client, lane, entry }) => [
    ...[client, lane, entry.atMicros],
  ]);
  expect(told).toEqual([
    ['B', 1, 1],
    ['A', 0, 5],
    ['B', 1, 5],
    ['A', 0, 9],
  ]);
});

it('leaves out the middle, but never a single item', () => {
  const items = [1, 2, 3, 4, 5];

  expect(abridged(items, 2, 1)).toEqual({ start: [1, 2], leftOut: 2, end: [5] });
  expect(abridged(items, 2, 2)).toEqual({ start: items, leftOut: 0, end: [] });
  expect(abridged([], 2, 2)).toEqual({ start: [], leftOut: 0, end: [] });
});
