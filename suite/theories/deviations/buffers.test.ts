// What the theories about lengths foretell, where one message tells them apart.
import { expect, test } from 'vitest';
import { echo } from '../../contracts/echo.ts';
import type { Deviation } from '../deviation.ts';
import { foretell, inTurn } from '../experiment.ts';
import { countsInAByte, refusesFrom } from './buffers.ts';

const held = { reply: echo.reply, ending: null };

const bytesHeard = (deviation: Deviation, byteCount: number): number | undefined =>
  foretell(deviation, inTurn(Buffer.alloc(byteCount, 'k')), held)?.bytes?.length;

test('a count in one byte leaves the remainder of a length, with a sign less than half of that', () => {
  const sizes = [127, 128, 255, 256, 257, 391, 4096];

  const heard = [false, true].map((isSigned) =>
    sizes.map((size) => bytesHeard(countsInAByte({ isSigned }), size)),
  );

  expect(heard).toEqual([
    [127, 128, 255, 0, 1, 135, 0],
    [127, 0, 0, 0, 1, 0, 0],
  ]);
  // What may be several reads leaves several remainders.
  expect(bytesHeard(countsInAByte({ isSigned: false }), 5000)).toBeUndefined();
});

test('one that refuses a length refuses what is longer', () => {
  expect([255, 256, 257].map((size) => bytesHeard(refusesFrom(256, 'closes'), size))).toEqual([
    255, 0, 0,
  ]);
});
