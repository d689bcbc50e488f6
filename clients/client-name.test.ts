import { expect, it } from 'vitest';
import { clientName, clientNumber } from './client-name.ts';

it('goes on behind Z', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(clientName)).toEqual([
    ...['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'],
  ]);
});

it('brings the number back', () => {
  const numbers = Array.from({ length: 1500 }, (_, number) => number);

  expect(numbers.map(clientName).map(clientNumber)).toEqual(numbers);
});
