import { expect, test } from 'vitest';
import type { Finding, Verdict } from '../events/events.ts';
import { findingOf, lastFinding } from './looks.ts';

const failed = (finding: Finding): Verdict => ({
  ...{ kind: 'failed', summary: '', finding, conversation: [], tally: { failed: 1, of: 1 } },
  ...{ hint: '', again: { command: '', token: '' } },
});
const timed = failed({ kind: 'other', expected: '', observed: '' });
const none = { hex: '', offset: 0, length: 0 };
const bytes = failed({ kind: 'bytes', at: 0, expected: none, observed: none });
const passed: Verdict = { kind: 'passed' };
const errored: Verdict = { kind: 'errored', reason: 'no port' };

test.each<[string, Verdict[], Verdict[], string]>([
  ['one failure', [passed], [timed], 'undecided'],
  ['one error', [passed], [errored], 'undecided'],
  ['two failures', [passed, passed], [timed, timed], 'broken'],
  ['a failure and then none', [passed, passed], [timed, passed], 'unsteady'],
  ['wrong bytes and then none', [passed, passed], [bytes, passed], 'broken'],
  [
    'both at the second look',
    [passed, failed({ kind: 'refused', code: '' })],
    [timed, timed],
    'both',
  ],
  ['an error and then none', [passed, passed], [errored, passed], 'kept'],
  ['two errors', [passed, passed], [errored, errored], 'open'],
  ['an error, then a failure', [passed, passed], [errored, timed], 'undecided'],
  ['an error, two failures', [passed, passed, passed], [errored, timed, timed], 'broken'],
  ['a failure, two errors', [passed, passed, passed], [timed, errored, errored], 'open'],
  ['a reference that nobody could judge', [errored, errored], [timed, timed], 'open'],
])('%s', (_, reference, candidate, kind) => {
  expect(findingOf({ reference, candidate }).kind).toBe(kind);
});

test('a single failure stands where nobody is left to look at', () => {
  expect(lastFinding({ reference: [passed], candidate: [timed] }).kind).toBe('broken');
  expect(lastFinding({ reference: [passed], candidate: [errored] }).kind).toBe('open');
});
