import { describe, expect, test } from 'vitest';
import type { Level, RunEvent, Verdict } from './events.ts';
import { summarise } from './report.ts';

const started = {
  type: 'run-started',
  schema: 'conform/events/1',
  tool: { name: 'conform', version: '0.1.0' },
  target: { kind: 'address', label: 'localhost:9990', address: '127.0.0.1:9990' },
  seed: 7,
  strict: false,
  startedAt: '2024-05-01T12:00:00.000Z',
} as const satisfies RunEvent;

const finished: RunEvent = { type: 'run-finished', durationMs: 12 };
const passed: Verdict = { kind: 'passed' };
const errored: Verdict = { kind: 'errored', reason: 'no port left' };
const skipped: Verdict = { kind: 'skipped', reason: 'not asked for' };
const blocked: Verdict = { kind: 'blocked', by: ['accept/accepts'], reason: 'nobody is let in' };
const failed: Verdict = {
  kind: 'failed',
  summary: 'The server refused the client.',
  finding: { kind: 'refused', code: 'ECONNREFUSED' },
  conversation: [],
  tally: { failed: 3, of: 3 },
  hint: 'Nothing listens.',
  again: { command: 'conform', token: 'token' },
};

function planned(levels: readonly Level[]): RunEvent {
  return {
    type: 'planned',
    behaviours: levels.map((level, index) => ({
      id: `family/number-${index}`,
      family: 'family',
      level,
      requirement: 'The server answers.',
      reference: 'RFC 862',
    })),
  };
}

function judged(index: number, verdict: Verdict): RunEvent {
  return { type: 'behaviour-finished', id: `family/number-${index}`, durationMs: index, verdict };
}

/** The events of a whole run of `must` behaviours with these verdicts. */
function runOf(...verdicts: readonly Verdict[]): RunEvent[] {
  return [
    started,
    planned(verdicts.map(() => 'must')),
    ...verdicts.map((v, i) => judged(i, v)),
    finished,
  ];
}

describe('the verdict of a run', () => {
  test.each([
    ['all passed', [passed, passed], 'conforms', 0],
    ['one failed', [passed, failed], 'does-not-conform', 1],
    ['some skipped, the rest passed', [skipped, passed], 'conforms', 0],
    ['nothing but errors, skips and blocks', [errored, skipped, blocked], 'could-not-judge', 3],
    ['nothing planned', [], 'could-not-judge', 3],
  ] as const)('%s', (_, verdicts, verdict, exitCode) => {
    expect(summarise(runOf(...verdicts))).toMatchObject({ verdict, exitCode });
  });

  test.each(['should', 'may'] as const)('a broken %s fails a strict run only', (level) => {
    const rest = [planned([level]), judged(0, failed), finished];

    expect(summarise([started, ...rest])).toMatchObject({ verdict: 'conforms', exitCode: 0 });
    expect(summarise([{ ...started, strict: true }, ...rest])).toMatchObject({
      verdict: 'does-not-conform',
      exitCode: 1,
    });
  });
});

describe('a run cut short', () => {
  const end: RunEvent = { type: 'run-finished', durationMs: 5, cutShort: 'interrupted' };

  test('does not conform by what it did not look at', () => {
    const report = summarise([started, planned(['must', 'must']), judged(0, passed), end]);

    expect(report).toMatchObject({
      verdict: 'could-not-judge',
      exitCode: 3,
      cutShort: 'interrupted',
    });
    expect(report.behaviours[1]).toMatchObject({
      durationMs: 0,
      verdict: { kind: 'skipped', reason: 'interrupted' },
    });
  });

  test('keeps the failure that it found', () => {
    const report = summarise([started, planned(['must', 'must']), judged(0, failed), end]);

    expect(report).toMatchObject({ verdict: 'does-not-conform', exitCode: 1 });
  });

  test('is told from one that finished, even without its last event', () => {
    const report = summarise([started, planned(['must']), judged(0, passed)]);

    expect(report).toMatchObject({
      cutShort: 'the run did not finish',
      durationMs: 0,
      exitCode: 3,
    });
  });
});

test('every planned behaviour is counted once, in the order planned', () => {
  const report = summarise(runOf(failed, passed, blocked, skipped, errored, passed));

  expect(report.counts).toEqual({ passed: 2, failed: 1, blocked: 1, skipped: 1, errored: 1 });
  expect(report.behaviours.map(({ id }) => id)).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => `family/number-${index}`),
  );
  expect(report.behaviours[5]).toMatchObject({ durationMs: 5, level: 'must', verdict: passed });
});

test('behaviours that finish out of turn stand in the order planned', () => {
  const report = summarise([
    started,
    planned(['must', 'must']),
    judged(1, failed),
    judged(0, passed),
    finished,
  ]);

  expect(report.behaviours.map(({ verdict }) => verdict.kind)).toEqual(['passed', 'failed']);
});

test('what the events say of the run stands in the report', () => {
  const report = summarise([
    started,
    { type: 'noticed', message: 'The server was restarted.' },
    { type: 'run-finished', durationMs: 5, unreachable: 'nothing listens' },
  ]);

  expect(report).toMatchObject({
    schema: 'conform/report/1',
    target: started.target,
    contract: null,
    seed: 7,
    durationMs: 5,
    notices: ['The server was restarted.'],
    unreachable: 'nothing listens',
    verdict: 'could-not-judge',
  });
});

test('a run that lost its server before all was tested is not said to conform', () => {
  const report = summarise([
    started,
    planned(['must', 'must']),
    judged(0, passed),
    { type: 'run-finished', durationMs: 5, unreachable: 'it does not start any more' },
  ]);

  expect(report.verdict).toBe('could-not-judge');
  expect(report.behaviours.map(({ verdict }) => verdict.kind)).toEqual(['passed', 'skipped']);
});

test.each([[[]], [[finished]]])(
  'events that do not begin with run-started are refused',
  (events) => {
    expect(() => summarise(events)).toThrow(TypeError);
  },
);
