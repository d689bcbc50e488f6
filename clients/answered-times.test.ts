import { expect, it } from 'vitest';
import { AnsweredTimes } from './answered-times.ts';

function answeredAt(...timesMs: readonly number[]): AnsweredTimes {
  const answered = new AnsweredTimes();
  for (const timeMs of timesMs) answered.saw(timeMs);
  return answered;
}

it('tells whether anything came between two times', () => {
  const answered = answeredAt(1000, 1010, 3000, 3010, 5000);

  expect(answered.hasAny(1100, 2900)).toBe(false);
  expect(answered.hasAny(1100, 3005)).toBe(true);
  expect(answered.hasAny(3100, 3900)).toBe(false);
  expect(answered.hasAny(900, 1005)).toBe(true);
});

it('knows of nothing before the first answer, and of nothing after the last', () => {
  const answered = answeredAt(1000);

  expect(answered.hasAny(0, 900)).toBe(false);
  expect(answered.hasAny(0, 1100)).toBe(true);
  expect(answered.hasAny(1000, 9000)).toBe(false);
  expect(new AnsweredTimes().hasAny(0, 9000)).toBe(false);
});
