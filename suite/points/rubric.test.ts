import { expect, test } from 'vitest';
import type { RunEvent, Verdict } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { grade, plainItem, type Rubric } from './rubric.ts';

const passed: Verdict = { kind: 'passed' };
const blocked: Verdict = { kind: 'blocked', by: ['a/0'], reason: 'it did not pass' };
const errored: Verdict = { kind: 'errored', reason: 'no port was left' };

/** The report of a run with these verdicts, in which causes of these ids were found. */
function report(verdicts: readonly Verdict[], causes: readonly string[] = []): Report {
  const ids = verdicts.map((_, index) => `a/${index}`);
  const about = { family: 'a', level: 'must', requirement: '', reference: '' } as const;
  const events: RunEvent[] = [
    {
      type: 'run-started',
      schema: 'conform/events/1',
      tool: { name: 'conform', version: '0' },
      target: { kind: 'launch', label: './server', address: '127.0.0.1:9' },
      seed: 1,
      strict: false,
      startedAt: '2024-05-01T12:00:00.000Z',
    },
    { type: 'planned', behaviours: ids.map((id) => ({ id, ...about })) },
    ...verdicts.map((verdict, index): RunEvent => {
      return { type: 'behaviour-finished', id: `a/${index}`, durationMs: 1, verdict };
    }),
    {
      type: 'diagnosed',
      causes: causes.map((id) => {
        return {
          id,
          title: id,
          confidence: 'likely',
          shows: '',
          mistake: '',
          mend: [],
          explains: [],
        };
      }),
    },
    { type: 'run-finished', durationMs: 1 },
  ];
  return summarise(events);
}

function score(from: Report, unjudged: Rubric['unjudged'] = 'credit'): number | undefined {
  const item = {
    name: 'No NUL trouble',
    behaviours: [],
    causes: ['reply-ends-at-nul', 'nul-is-lost'],
    points: 4,
    award: 'share',
    visibility: 'visible',
    reveal: 'full',
  } as const;
  const [graded] = grade(from, { title: null, unjudged, items: [item] });
  return graded?.score;
}

/** What an item about all of the behaviours earns, of 4 points. */
function earned(verdicts: readonly Verdict[], unjudged: Rubric['unjudged'] = 'credit'): unknown {
  const from = report(verdicts);
  const item = { ...plainItem('No leak', 4), behaviours: from.behaviours.map(({ id }) => id) };
  const [graded] = grade(from, { title: null, unjudged, items: [{ ...item, award: 'share' }] });
  return { score: graded?.score, credited: graded?.credited };
}

test('what applies, and this server gave no way to tell, is credited to one that has shown enough', () => {
  const untold: Verdict = { kind: 'skipped', reason: 'its memory is collected', untested: true };
  const unasked: Verdict = { kind: 'skipped', reason: 'only for other contracts' };

  expect(earned([passed, untold])).toEqual({ score: 4, credited: ['a/1'] });
  expect(earned([passed, unasked])).toEqual({ score: 4, credited: [] });
  expect(earned([passed, blocked, untold])).toEqual({ score: 2, credited: [] });
  expect(earned([passed, untold], 'withhold')).toEqual({ score: 4, credited: [] });

  const whole = report([passed, untold, unasked]);
  const items = ['a/0', 'a/1', 'a/2'].map((id) => plainItem(id, 1));
  const scores = grade(whole, { title: null, unjudged: 'credit', items }).map(({ score }) => score);
  expect(scores).toEqual([1, 1, 0]);
});

test.each<[string, number | undefined, number]>([
  ['none of its causes', score(report([passed, passed], ['another'])), 4],
  ['one of its causes', score(report([passed, passed], ['another', 'nul-is-lost'])), 0],
  ['too much that was blocked', score(report([passed, blocked, blocked])), 0],
  ['something of ours, credited', score(report([passed, errored])), 4],
  ['something of ours, withheld', score(report([passed, errored]), 'withhold'), 0],
])('an item about causes, with %s: %s of 4', (_, earned, expected) => {
  expect(earned).toBe(expected);
});
