import { describe, expect, test } from 'vitest';
import { printed as printedBy } from '../../fixtures/golden/printed.ts';
import {
  allFindings,
  everyShape,
  allPassed,
  cutShort,
  exampleRuns,
  hostileBytes,
  knownFailures,
  onlyRecommended,
  staleBaseline,
  unreachable,
  type ExampleRun,
} from '../../fixtures/golden/runs.ts';
import { parseXml, type XmlElement } from '../../fixtures/golden/strict-xml.ts';
import { failed, runOf } from '../../fixtures/golden/run-parts.ts';
import type { Level, RunEvent, Tally } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { openReporter } from './junit.ts';

/** What a file would get, though this is a narrow terminal with colours. */
const printed = (events: readonly RunEvent[]): string =>
  printedBy(openReporter, events, { isTerminal: true, useColour: true, columns: 40 });

function named(name: string, { children }: XmlElement): XmlElement[] {
  return children.filter((child) => child.name === name);
}

function cases(root: XmlElement): XmlElement[] {
  return named('testsuite', root).flatMap((suite) => named('testcase', suite));
}

/** What stands in the cases, under the names by which a reader of JUnit knows them. */
function outcomes(root: XmlElement): Record<string, string[]> {
  return Object.fromEntries(
    cases(root).map(({ attributes, children }) => [
      `${attributes['classname']}/${attributes['name']}`,
      children.map(({ name }) => name),
    ]),
  );
}

test.each([
  allPassed,
  allFindings,
  cutShort,
  unreachable,
  hostileBytes,
  knownFailures,
  staleBaseline,
])('$name stands as in its golden file', async ({ name, events }: ExampleRun) => {
  await expect(printed(events)).toMatchFileSnapshot(`../../fixtures/golden/${name}.junit.xml`);
});

describe.each(exampleRuns)('the XML of $name', ({ events }) => {
  const root = parseXml(printed(events));
  const suites = named('testsuite', root);

  test('counts what it passed, in each suite and in all', () => {
    const count = (elements: readonly XmlElement[], name: string): number =>
      elements.filter((element) => named(name, element).length > 0).length;

    for (const [element, inside] of [
      [root, cases(root)] as const,
      ...suites.map((suite) => [suite, named('testcase', suite)] as const),
    ]) {
      expect(element.attributes).toMatchObject({
        tests: String(inside.length),
        failures: String(count(inside, 'failure')),
        errors: String(count(inside, 'error')),
        skipped: String(count(inside, 'skipped')),
      });
    }
  });

  test('holds no empty run, and the time and the properties of the run in each suite', () => {
    expect(cases(root).length).toBeGreaterThan(0);
    for (const suite of suites) {
      const properties = named('properties', suite).flatMap((list) => named('property', list));
      expect(properties.map(({ attributes }) => attributes['name'])).toContain('seed');
      expect(suite.attributes['timestamp']).toBe('2024-05-01T12:00:00.000Z');
      expect(suite.attributes['time']).toMatch(/^\d+\.\d{3}$/u);
    }
  });

  test('fails exactly when the exit code does', () => {
    const { failures, errors } = root.attributes;
    const { exitCode, counts } = summarise(events);

    expect(Number(failures) > 0).toBe(exitCode === 1);
    expect(Number(errors)).toBe(counts.errored + (exitCode === 3 ? 1 : 0));
  });

  test('names no two cases alike', () => {
    expect(Object.keys(outcomes(root))).toHaveLength(cases(root).length);
  });
});

test('failures, our own errors, and what was not tested stand apart', () => {
  expect(outcomes(parseXml(printed(everyShape.events)))).toMatchObject({
    'conform.payload/nul-bytes': ['failure', 'rerunFailure', 'rerunFailure'],
    'conform.payload/one-message': [],
    'conform.stream/no-stall-on-small-messages': [
      'rerunFailure',
      'rerunFailure',
      'skipped',
      'system-out',
    ],
    'conform.half-close/closes-too': ['skipped'],
    'conform.end-word/closes': ['skipped'],
    'conform.concurrency/crowd': ['error'],
  });
});

test('a broken recommendation fails a strict run', () => {
  const events = onlyRecommended.events.map((event) =>
    event.type === 'run-started' ? { ...event, strict: true } : event,
  );

  expect(parseXml(printed(events)).attributes).toMatchObject({ failures: '1', skipped: '0' });
  expect(parseXml(printed(onlyRecommended.events)).attributes).toMatchObject({
    failures: '0',
    skipped: '1',
  });
});

test('a failure tells all that a person would be told, without colour', () => {
  const root = parseXml(printed(everyShape.events));
  const failure = cases(root)
    .flatMap((element) => named('failure', element))
    .find(({ text }) => text.includes('payload/nul-bytes'));

  expect(failure?.attributes['type']).toBe('bytes');
  expect(failure?.text).toContain('observed  48 65 6c 6c 6f 00 00 6f 72 6c 64');
  expect(failure?.text).toContain('A common mistake');
  expect(failure?.text).not.toContain('\u001b');
});

test('a server that could not be reached is an error, not an empty success', () => {
  const root = parseXml(printed(unreachable.events));
  const [error] = cases(root).flatMap((element) => named('error', element));

  expect(error?.attributes['message']).toContain('Nothing listens on 127.0.0.1:9990');
});

describe('the tries of a failure stand as Surefire writes them', () => {
  const other = { kind: 'other', expected: 'x', observed: 'y' } as const;
  const tried = (level: Level, tally: Tally): XmlElement => {
    const verdict = failed('payload/a', other, { tally, summary: 'It broke.' });
    const [found] = cases(parseXml(printed(runOf([{ id: 'payload/a', level, verdict }]))));
    if (found === undefined) throw new Error('no case');
    return found;
  };
  const names = (element: XmlElement): string[] => element.children.map(({ name }) => name);

  test('one that shows 2 of 20 times is a failure, and flaky twice', () => {
    const found = tried('must', { failed: 2, of: 20 });

    expect(names(found)).toEqual(['failure', 'flakyFailure', 'flakyFailure']);
    expect(found.children[0]?.attributes).toEqual({ type: 'other', message: 'It broke.' });
    expect(named('flakyFailure', found).map(({ attributes }) => attributes)).toEqual([
      { type: 'intermittent', message: 'failure 1 of 2, in 20 tries' },
      { type: 'intermittent', message: 'failure 2 of 2, in 20 tries' },
    ]);
    for (const one of named('flakyFailure', found)) {
      expect(names(one)).toEqual(['stackTrace']);
      expect(one.children[0]?.text).toBe(one.attributes['message']);
    }
  });

  test('one that shows every time is a failure with a rerun for each further try', () => {
    const found = tried('must', { failed: 3, of: 3 });

    expect(names(found)).toEqual(['failure', 'rerunFailure', 'rerunFailure']);
    expect(named('rerunFailure', found).map(({ attributes }) => attributes)).toEqual([
      { type: 'steady', message: 'try 2 of 3 failed as well' },
      { type: 'steady', message: 'try 3 of 3 failed as well' },
    ]);
  });

  test('one that was tried once has no further try', () => {
    expect(names(tried('must', { failed: 1, of: 1 }))).toEqual(['failure']);
  });

  test('one that fails no run stays skipped, its tries before that, as the schema orders them', () => {
    expect(names(tried('should', { failed: 1, of: 20 }))).toEqual([
      'flakyFailure',
      'skipped',
      'system-out',
    ]);
  });
});
