import { expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import {
  everyShape,
  allPassed,
  diagnosed,
  onlyRecommended,
  notTested,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import { openReporter } from './badge.ts';

test.each([
  [allPassed, 'conform: 5/5 · conforms'],
  [everyShape, 'conform: 3/10 · does not conform'],
  [diagnosed, 'conform: 10/14 · does not conform · 1 cause'],
  [onlyRecommended, 'conform: 1/2 · conforms · 1 cause'],
  [
    notTested,
    'conform: could not test · 1 requirement could not be tested completely; everything that was tested passed.',
  ],
  [
    unreachable,
    'conform: could not test · Nothing listens on 127.0.0.1:9990 (connection refused). Start the server, check the port, or wait for it with --w…',
  ],
])('$name in one line', ({ events }, line) => {
  expect(printed(openReporter, events)).toBe(`${line}\n`);
});
