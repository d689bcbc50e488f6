import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import {
  allFindings,
  everyShape,
  allPassed,
  exampleRuns,
  hostileBytes,
  type ExampleRun,
} from '../../fixtures/golden/runs.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { InvalidSavedRun, readSavedRun } from '../events/saved-run.ts';
import { openReporter as openJson } from './json.ts';
import { openReporter as openNdjson } from './ndjson.ts';

const schemaText = readFileSync(new URL('report.schema.json', import.meta.url), 'utf8');
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(schemaText) as object,
);

/** A JSON value to spoil: `at` names the place, the last key is set to `value`. */
function spoiled(run: ExampleRun, at: readonly (string | number)[], value: unknown): unknown {
  const report: unknown = JSON.parse(printed(openJson, run.events));
  let place: unknown = report;
  for (const key of at.slice(0, -1)) place = Reflect.get(place as object, key);
  Reflect.set(place as object, at.at(-1) ?? '', value);
  return report;
}

describe('the JSON report', () => {
  test.each(exampleRuns)('of $name is valid by its schema and says all of the report', (run) => {
    const parsed: unknown = JSON.parse(printed(openJson, run.events));

    expect(parsed).toEqual(summarise(run.events));
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
  });

  test('stands as in its golden file', async () => {
    await expect(printed(openJson, allFindings.events)).toMatchFileSnapshot(
      '../../fixtures/golden/all-findings.json',
    );
  });

  test('the example runs hold every kind of verdict, finding and entry of the schema', () => {
    const text = exampleRuns.map((run) => printed(openJson, run.events)).join('');
    const kinds = [...schemaText.matchAll(/"kind": \{\s*"const": "([a-z-]+)"/gu)];

    expect(kinds.length).toBeGreaterThan(20);
    for (const [, kind = ''] of kinds) expect(text).toContain(`"kind": "${kind}"`);
  });

  // In everyShape: 0 passed, 1 refused, 3 bytes, 6 other, 8 blocked, 10 skipped, 12 died.
  test.each([
    ['a field too many', ['surplus'], 1],
    ['a field too many in a behaviour', ['behaviours', 0, 'surplus'], 1],
    ['a field too many in a verdict', ['behaviours', 3, 'verdict', 'surplus'], 1],
    ['a field too many in an excerpt', ['behaviours', 3, 'verdict', 'finding', 'expected', 'x'], 1],
    ['a verdict of another kind', ['behaviours', 3, 'verdict', 'kind'], 'passed'],
    ['a verdict of no kind', ['behaviours', 0, 'verdict', 'kind'], 'perhaps'],
    ['a finding of another kind', ['behaviours', 3, 'verdict', 'finding', 'kind'], 'refused'],
    ['a finding missing', ['behaviours', 3, 'verdict', 'finding'], undefined],
    ['a skip without its reason', ['behaviours', 10, 'verdict', 'reason'], undefined],
    ['half a byte', ['behaviours', 3, 'verdict', 'finding', 'expected', 'hex'], '4'],
    ['a negative offset', ['behaviours', 3, 'verdict', 'finding', 'at'], -1],
    [
      'an entry of no kind',
      ['behaviours', 3, 'verdict', 'conversation', 0, 'entries', 0, 'kind'],
      'x',
    ],
    ['a level of its own', ['behaviours', 0, 'level'], 'shall'],
    ['an exit code against the verdict', ['exitCode'], 0],
    ['a count missing', ['counts', 'errored'], undefined],
    ['another form of the document', ['schema'], 'conform/report/2'],
    ['a contract of no kind', ['contract', 'serves'], 'nobody'],
    ['a time that is none', ['startedAt'], 'yesterday'],
  ] as const)('is invalid with %s', (_, at, value) => {
    const report: unknown = JSON.parse(JSON.stringify(spoiled(everyShape, at, value)));

    expect(validate(report)).toBe(false);
  });
});

/** Where a report has its numbers, one place for each that differs by more than an index. */
function numbersIn(value: unknown, at: (string | number)[] = []): Map<string, (string | number)[]> {
  const found = new Map<string, (string | number)[]>();
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, one] of Object.entries(value)) {
    const here = [...at, Array.isArray(value) ? Number(key) : key];
    const kind = 'kind' in value ? String(value.kind) : '';
    const name = here.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
    if (typeof one === 'number') found.set(`${name} of ${kind}`, here);
    for (const [inner, place] of numbersIn(one, here)) found.set(inner, place);
  }
  return found;
}

describe('the schema and the reader of reports refuse the same numbers', () => {
  const places = new Map(
    exampleRuns.flatMap((run) =>
      [...numbersIn(JSON.parse(printed(openJson, run.events)))].map(
        ([name, at]) => [name, { run, at }] as const,
      ),
    ),
  );
  // These follow from the verdicts, and are counted anew.
  const read = [...places].filter(([name]) => !/^(counts\.|exitCode )/u.test(name));
  const isRead = (report: string): boolean => {
    try {
      return readSavedRun(report, 'run.json').events.length > 0;
    } catch (error) {
      if (error instanceof InvalidSavedRun) return false;
      throw error;
    }
  };

  test('of which there are many', () => {
    const names = read.map(([name]) => name).join(' ');

    expect(read.length).toBeGreaterThan(20);
    for (const key of ['seed', 'durationMs', 'tally.of', 'atMicros', 'waitedMs', 'offset', 'cases'])
      expect(names).toContain(key);
  });

  test.each(read)('%s', (_, { run, at }) => {
    for (const value of [-1, -1e308, 1e308, 2 ** 53, 2 ** 53 - 1]) {
      const report = spoiled(run, at, value);

      expect([value, validate(report), isRead(JSON.stringify(report))]).toEqual([
        value,
        false,
        false,
      ]);
    }
    for (const value of [0, 1.5]) {
      const report = spoiled(run, at, value);

      // What one number says of another stands in no schema.
      if (!validate(report)) expect(isRead(JSON.stringify(report))).toBe(false);
    }
  });
});

describe('the stream of events', () => {
  test.each(exampleRuns)('of $name is one JSON event a line, all of them', (run) => {
    const lines = printed(openNdjson, run.events).trimEnd().split('\n');

    expect(lines.map((line) => JSON.parse(line) as RunEvent)).toEqual(run.events);
  });

  test('stands as in its golden file', async () => {
    await expect(printed(openNdjson, allPassed.events)).toMatchFileSnapshot(
      '../../fixtures/golden/all-passed.ndjson',
    );
  });

  test('comes as the run goes on', () => {
    const writes: string[] = [];
    const reporter = openNdjson({
      write: (text) => void writes.push(text),
      isTerminal: false,
      useColour: false,
      columns: 100,
    });

    for (const [index, event] of allPassed.events.entries()) {
      reporter.onEvent(event);
      expect(writes).toHaveLength(index + 1);
    }
  });
});

test.each([
  ['json', openJson],
  ['ndjson', openNdjson],
] as const)('%s shows a terminal no character that hides or moves it', (_, open) => {
  const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u;

  expect(printed(open, hostileBytes.events)).not.toMatch(unsafe);
});
