import { describe, expect, test } from 'vitest';
import type { Cause, RunEvent, Verdict } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import { againstBaseline, type KeepBaseline } from './against-baseline.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';
import { InvalidBaseline, readBaseline } from './read-baseline.ts';
import { baselineText } from './write-baseline.ts';

const ids = ['half-close/drains', 'payload/nul-bytes', 'payload/one-message', 'stream/in-order'];
const read = (...lines: string[]): Baseline => readBaseline(lines.join('\n'), 'known.yaml', ids);

function refusal(...lines: string[]): string[] {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof InvalidBaseline) return error.message.split('\n');
    throw error;
  }
  throw new Error('not refused');
}

describe('a baseline as text', () => {
  test('is sorted, has a place for each reason, and comes back as it was', () => {
    const entries: BaselineEntry[] = [
      { behaviour: 'payload/nul-bytes', cause: 'reply-ends-at-nul', reason: '', flaky: false },
      {
        behaviour: 'half-close/drains',
        cause: null,
        reason: 'issue 12: "later" #',
        flaky: true,
      },
    ];

    const text = baselineText({ entries });

    expect(text.split('failures:\n')[1]).toBe(
      [
        '  - behaviour: half-close/drains',
        `    reason: 'issue 12: "later" #'`,
        '    flaky: true',
        '  - behaviour: payload/nul-bytes',
        '    cause: reply-ends-at-nul',
        '    reason: ""',
        '',
      ].join('\n'),
    );
    expect(read(text).entries).toEqual(entries.toReversed());
    expect(baselineText(read(text))).toBe(text);
  });

  test('keeps a reason of several lines', () => {
    const entries: BaselineEntry[] = [
      { behaviour: 'stream/in-order', cause: null, reason: ' one\n\n  # two\t', flaky: false },
    ];

    expect(read(baselineText({ entries })).entries).toEqual(entries);
  });

  test('may be empty', () => {
    expect(read(baselineText({ entries: [] })).entries).toEqual([]);
    expect(read('failures:', '  - behaviour: stream/in-order', '    reason:').entries).toEqual([
      { behaviour: 'stream/in-order', cause: null, reason: '', flaky: false },
    ]);
  });

  test.each<[string, string[], string[]]>([
    [
      'no map',
      ['- a'],
      ['known.yaml:1:1: A baseline must be a map with the keys failures, suite.'],
    ],
    ['nothing', [''], ['known.yaml:1:1: A baseline must be a map with the keys failures, suite.']],
    ['no YAML', ['failures: ['], ['known.yaml:1:12: Flow sequence']],
    [
      'another key',
      ['failure: []'],
      [
        'known.yaml:1:1: "failure" is not a key of a baseline. Did you mean',
        'known.yaml:1:1: A baseline needs failures',
      ],
    ],
    ['no list', ['failures: 3'], ['known.yaml:1:11: A baseline needs failures: a list']],
    [
      'no behaviour',
      ['failures:', '  - reason: x'],
      ['known.yaml:2:5: Entry 1 names no behaviour'],
    ],
    [
      'unknown ones and wrong values, all at once',
      ['failures:', '  - behaviour: payload/nul-byte', '    flaky: maybe', '    reason: [1]'],
      [
        'known.yaml:2:16: There is no behaviour "payload/nul-byte". Did you mean payload/nul-bytes',
        'known.yaml:4:13: reason must be text.',
        'known.yaml:3:12: flaky must be true or false; found "maybe".',
      ],
    ],
    [
      'an unknown cause',
      ['failures:', '  - behaviour: payload/nul-bytes', '    cause: reply-ends-at-null'],
      ['known.yaml:3:12: There is no cause "reply-ends-at-null". Did you mean reply-ends-at-nul?'],
    ],
    [
      'one twice',
      ['failures:', '  - behaviour: stream/in-order', '  - behaviour: stream/in-order'],
      ['known.yaml:3:5: stream/in-order is listed twice: one entry is enough.'],
    ],
    [
      'one flaky and failing',
      [
        'failures:',
        '  - behaviour: stream/in-order',
        '  - behaviour: stream/in-order',
        '    flaky: true',
      ],
      ['known.yaml:3:5: stream/in-order is listed both as flaky and as failing: choose one.'],
    ],
  ])('with %s is refused with the place', (_, lines, expected) => {
    const told = refusal(...lines);

    expect(told).toEqual(expected.map((line) => expect.stringContaining(line) as string));
  });
});

const failed: Verdict = {
  kind: 'failed',
  summary: 'It lost a byte.',
  finding: { kind: 'other', expected: '', observed: '' },
  conversation: [],
  tally: { failed: 3, of: 3 },
  hint: '',
  again: { command: '', token: '' },
};
const passed: Verdict = { kind: 'passed' };
const errored: Verdict = { kind: 'errored', reason: 'no port left' };
const skipped: Verdict = { kind: 'skipped', reason: 'not asked for' };

const cause = (id: string, explains: string[]): Cause => ({
  ...{ id, title: id, confidence: 'likely', shows: '', mistake: '', mend: [], explains },
});

interface Run {
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly causes?: readonly Cause[];
  readonly strict?: boolean;
  readonly level?: 'must' | 'should';
  readonly end?: Partial<Extract<RunEvent, { type: 'run-finished' }>>;
}

async function* runOf({
  verdicts,
  causes = [],
  strict = false,
  level = 'must',
  end,
}: Run): AsyncGenerator<RunEvent> {
  const behaviours = Object.keys(verdicts).map((id) => ({
    ...{ id, family: id.split('/')[0] ?? id, level, requirement: '', reference: '' },
  }));
  yield await Promise.resolve({
    ...{ type: 'run-started', schema: 'conform/events/1', seed: 1, strict, startedAt: '' },
    tool: { name: 'conform', version: '0' },
    target: { kind: 'address', label: 'x', address: 'x' },
  });
  yield { type: 'planned', behaviours };
  for (const [id, verdict] of Object.entries(verdicts)) {
    yield { type: 'behaviour-finished', id, durationMs: 1, verdict };
  }
  yield { type: 'diagnosed', causes };
  yield { type: 'run-finished', durationMs: 1, ...end };
}

const entry = (behaviour: string, more: Partial<BaselineEntry> = {}): BaselineEntry => ({
  ...{ behaviour, cause: null, reason: '', flaky: false, ...more },
});

async function held(
  run: Run,
  entries: readonly BaselineEntry[],
  keep?: KeepBaseline,
): Promise<Report> {
  const events: RunEvent[] = [];
  const baseline = { name: 'known.yaml', entries };
  for await (const event of againstBaseline(runOf(run), baseline, keep)) events.push(event);
  expect(events.at(-1)?.type).toBe('run-finished');
  return summarise(events);
}

const nul = 'payload/nul-bytes';
const order = 'stream/in-order';
const kinds = ({ baseline }: Report): string[] => baseline?.entries.map(({ kind }) => kind) ?? [];

describe('a run against a baseline', () => {
  test.each<[string, Run, BaselineEntry[], 0 | 1 | 3, string[]]>([
    ['a known failure', { verdicts: { [nul]: failed } }, [entry(nul)], 0, ['known']],
    ['a new failure', { verdicts: { [nul]: failed, [order]: failed } }, [entry(nul)], 1, ['known']],
    ['a stale entry', { verdicts: { [nul]: passed } }, [entry(nul)], 1, ['stale']],
    [
      'one that was skipped',
      { verdicts: { [nul]: skipped, [order]: passed } },
      [entry(nul)],
      0,
      ['open'],
    ],
    ['one that was not planned', { verdicts: { [order]: passed } }, [entry(nul)], 0, ['open']],
    ['one that errored', { verdicts: { [nul]: errored } }, [entry(nul)], 3, ['open']],
    [
      'a flaky one that failed',
      { verdicts: { [nul]: failed } },
      [entry(nul, { flaky: true })],
      0,
      ['flaky'],
    ],
    [
      'a flaky one that passed',
      { verdicts: { [nul]: passed } },
      [entry(nul, { flaky: true })],
      0,
      ['flaky'],
    ],
    [
      'a flaky one that errored',
      { verdicts: { [nul]: errored, [order]: passed } },
      [entry(nul, { flaky: true })],
      0,
      ['flaky'],
    ],
    [
      'the same cause',
      { verdicts: { [nul]: failed }, causes: [cause('one', [nul])] },
      [entry(nul, { cause: 'one' })],
      0,
      ['known'],
    ],
    [
      'another cause',
      { verdicts: { [nul]: failed }, causes: [cause('two', [nul])] },
      [entry(nul, { cause: 'one' })],
      0,
      ['changed-cause'],
    ],
    [
      'another cause, strictly',
      { verdicts: { [nul]: failed }, causes: [cause('two', [nul])], strict: true },
      [entry(nul, { cause: 'one' })],
      1,
      ['changed-cause'],
    ],
    [
      'no cause this time',
      { verdicts: { [nul]: failed } },
      [entry(nul, { cause: 'one' })],
      0,
      ['known'],
    ],
  ])('%s', async (_, run, entries, exitCode, expected) => {
    const report = await held(run, entries);

    expect([report.exitCode, kinds(report)]).toEqual([exitCode, expected]);
  });
});

describe('updating a baseline', () => {
  const kept = async (
    run: Run,
    entries: readonly BaselineEntry[],
  ): Promise<{ report: Report; written: readonly BaselineEntry[] | undefined }> => {
    let written: readonly BaselineEntry[] | undefined;
    const report = await held(run, entries, (baseline) => {
      written = baseline.entries;
      return Promise.resolve();
    });
    return { report, written };
  };

  test('adds what fails, drops what passes, keeps reasons, marks and what was not tested', async () => {
    const flaky = entry('half-close/drains', { flaky: true, reason: 'timing' });
    const unjudged = entry('payload/one-message', { reason: 'later' });
    const { report, written } = await kept(
      {
        verdicts: { 'half-close/drains': passed, [nul]: failed, [order]: passed, 'a/new': failed },
        causes: [cause('two', [nul])],
      },
      [flaky, unjudged, entry(nul, { cause: 'one', reason: 'why' }), entry(order)],
    );

    expect(written).toEqual([
      entry('a/new'),
      flaky,
      entry(nul, { cause: 'two', reason: 'why' }),
      unjudged,
    ]);
    expect([report.exitCode, report.baseline?.isUpdated]).toEqual([0, true]);
  });

  test('takes a broken recommendation for a failure only when strict', async () => {
    const run: Run = { verdicts: { [nul]: failed, [order]: passed }, level: 'should' };

    expect((await kept(run, [])).written).toEqual([]);
    expect((await kept({ ...run, strict: true }, [])).written).toEqual([entry(nul)]);
  });

  test.each([
    [{ cutShort: 'the run was interrupted' }, 'the run was cut short'],
    [{ unreachable: 'nobody there' }, 'nothing could be tested'],
  ])('leaves the file alone after %j', async (end, why) => {
    const { report, written } = await kept({ verdicts: { [nul]: failed }, end }, []);

    expect(written).toBeUndefined();
    expect(report.notices).toEqual([`known.yaml was not changed: ${why}.`]);
    expect(report.baseline?.isUpdated).toBe(false);
  });

  test('that cannot be written leaves the failures new', async () => {
    const report = await held({ verdicts: { [nul]: failed } }, [], () =>
      Promise.reject(new Error('EACCES')),
    );

    expect(report.exitCode).toBe(1);
    expect(report.notices).toEqual(['known.yaml was not changed: EACCES.']);
  });
});
