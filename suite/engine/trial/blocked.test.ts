import { expect, test } from 'vitest';
import { isAbout, Violation } from '../../behaviours/behaviour.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { blockedVerdict, hinderedVerdict, unansweredVerdict } from './blocked.ts';
import type { Failed, Finding, Verdict } from '../../events/events.ts';

const failed = (finding: Finding): Failed => ({
  kind: 'failed',
  summary: 'It did.',
  finding,
  conversation: [],
  tally: { failed: 2, of: 2 },
  hint: '',
  again: { command: '', token: '' },
});

const refused = new Violation('The server did not accept another client (ETIMEDOUT).', {
  kind: 'refused',
  code: 'ETIMEDOUT',
});
const silent: Finding = { kind: 'other', expected: 'a reply', observed: 'no byte' };

test('what stood in the way is named by the failure that says the same, else by one that tells why', () => {
  const verdicts = new Map<string, Verdict>([['payload/answers', failed(silent)]]);

  expect(hinderedVerdict(refused, verdicts)).toEqual({
    kind: 'blocked',
    by: ['payload/answers'],
    reason:
      'The server did not accept another client (ETIMEDOUT), so this test would prove nothing: see payload/answers',
  });
  verdicts.set('concurrency/churn', failed(refused.finding));
  expect(hinderedVerdict(refused, verdicts)?.by).toEqual(['concurrency/churn']);
});

test('as long as nothing failed for it nothing is said to be blocked', () => {
  const verdicts = new Map<string, Verdict>([
    ['accept/accepts', { kind: 'passed' }],
    ['payload/nul-bytes', failed(silent)],
  ]);

  expect(hinderedVerdict(refused, verdicts)).toBeUndefined();
});

test('a refused connect is a finding only of those that say that clients are let in', () => {
  const speaking = behaviours.filter((one) => isAbout(one, 'refused'));

  expect([...new Set(speaking.map(({ family }) => family))].sort()).toEqual([
    'accept',
    'concurrency',
    'robustness',
  ]);
  const processes = behaviours.filter(({ family }) => family === 'process');
  for (const one of processes) expect(isAbout(one, 'silence')).toBe(false);
});

test('what nobody would have been answered in is blocked by those who met with the silence', () => {
  const verdict = unansweredVerdict(['payload/any-bytes', 'stream/in-order', 'payload/any-text']);

  expect(verdict).toMatchObject({
    kind: 'blocked',
    by: ['payload/any-bytes', 'stream/in-order'],
    reason: expect.stringContaining('answer nobody any more') as string,
  });
  expect(unansweredVerdict([]).kind).toBe('errored');
});

test('what fails once in five times, or less often, blocks nothing', () => {
  const needing = { needs: ['payload/answers'] };
  const blockedBy = (failures: number): readonly string[] | undefined => {
    const tally = { failed: failures, of: 20 };
    return blockedVerdict(needing, new Map([['payload/answers', { ...failed(silent), tally }]]))
      ?.by;
  };

  expect(blockedBy(4)).toBeUndefined();
  expect(blockedBy(5)).toEqual(['payload/answers']);
});
