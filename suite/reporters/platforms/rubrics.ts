// Rubrics for the tests of the platforms' reporters.
import type { Rubric, RubricItem } from '../../points/rubric.ts';

/** An item that is named by its behaviours, unless `rest` says otherwise. */
export const itemOf = (
  points: number,
  behaviours: readonly string[],
  rest: Partial<RubricItem> = {},
): RubricItem => ({
  name: behaviours.join(', '),
  behaviours,
  points,
  award: 'share',
  visibility: 'visible',
  reveal: 'full',
  ...rest,
});

export const rubricOf = (...items: readonly RubricItem[]): Rubric => ({
  title: 'Exercise 3',
  unjudged: 'credit',
  items,
});
