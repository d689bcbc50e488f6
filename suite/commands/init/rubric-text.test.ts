import { expect, test } from 'vitest';
import { behaviours } from '../../behaviours/behaviours.ts';
import { contracts } from '../../contracts/contracts.ts';
import { emptyItems } from '../../grading/rubric/class-rubric.ts';
import { readRubric } from '../../grading/rubric/read-rubric.ts';
import { rubricText } from './rubric-text.ts';

const ending = {
  word: Buffer.from('end'),
  match: 'any',
  replied: true,
  ignoresCase: false,
} as const;
const ids = behaviours.map(({ id }) => id);

test.each(
  contracts.flatMap((contract) => [
    { id: contract.id, contract },
    { id: `${contract.id}, one client`, contract: { ...contract, serves: 'one' as const } },
    { id: `${contract.id} with a word`, contract: { ...contract, ending } },
  ]),
)('the rubric for $id is accepted, and all of its points can be earned', ({ contract }) => {
  const { text, total } = rubricText(contract, 'conform grade …');

  const rubric = readRubric(text, 'rubric.yaml', ids);

  expect(emptyItems(rubric, contract, behaviours)).toEqual([]);
  expect(rubric.items.reduce((sum, { points }) => sum + points, 0)).toBe(total);
  expect(rubric.items.length).toBeGreaterThan(1);
});
