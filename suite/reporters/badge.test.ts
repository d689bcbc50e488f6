import { expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import {
  allFindings,
  allPassed,
  diagnosed,
  onlyRecommended,
  outOfTime,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import { openReporter } from './badge.ts';

test.each([
  [allPassed, 'conform: 5/5 · conforms'],
  [allFindings, 'conform: 3/10 · does not conform'],
  [diagnosed, 'conform: 2/6 · does not conform · 2 causes'],
  [onlyRecommended, 'conform: 1/2 · conforms'],
  [
    outOfTime,
    'conform: could not test · 1 requirement could not be tested completely; everything that was tested passed.',
  ],
  [
    unreachable,
    'conform: could not test · connect ECONNREFUSED 127.0.0.1:9990: nothing listens there.',
  ],
])('$name in one line', ({ events }, line) => {
  expect(printed(openReporter, events)).toBe(`${line}\n`);
});
