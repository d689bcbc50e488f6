import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { failed, runOf } from '../../fixtures/golden/run-parts.ts';
import {
  everyShape,
  exampleRuns,
  knownFailures,
  staleBaseline,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import type { RunEvent, Tally } from '../events/events.ts';
import { failsRun, summarise } from '../events/report.ts';
import { openReporter } from './ctrf.ts';

interface Ctrf {
  readonly results: {
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly (Readonly<Record<string, unknown>> & {
      readonly name: string;
      readonly status: string;
    })[];
  };
}

const read = (events: readonly RunEvent[], captureOf?: (id: string) => string | undefined): Ctrf =>
  JSON.parse(printed(openReporter, events, captureOf === undefined ? {} : { captureOf })) as Ctrf;

const schemaFile = new URL('../../fixtures/platforms/ctrf.schema.json', import.meta.url);
// Their schema names formats (date-time, uuid) that are checked below by hand.
const takes = new Ajv({ allErrors: true, validateFormats: false }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
);

describe.each(exampleRuns)('the CTRF of $name', ({ events }) => {
  const ctrf = read(events, (id) => (id.startsWith('payload/') ? `captures/${id}` : undefined));
  const { summary, tests } = ctrf.results;

  test('is what the schema of the format takes', () => {
    takes(ctrf);
    expect(takes.errors ?? []).toEqual([]);
  });

  test('counts the tests that it has', () => {
    const count = (status: string): number => tests.filter((one) => one.status === status).length;

    expect(summary).toMatchObject({
      tests: tests.length,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      pending: 0,
      other: count('other'),
      flaky: tests.filter(({ flaky }) => flaky === true).length,
      suites: new Set(tests.map(({ suite }) => JSON.stringify(suite))).size,
    });
    expect(summary['stop']).toBe((summary['start'] ?? 0) + (summary['duration'] ?? 0));
  });

  test('fails exactly when the run does not conform', () => {
    const report = summarise(events);

    expect((summary['failed'] ?? 0) > 0).toBe(report.exitCode !== 0);
    for (const behaviour of report.behaviours) {
      const status = tests.find(({ name }) => name === behaviour.id)?.status;
      if (failsRun(behaviour, report.strict)) expect(status).toBe('failed');
    }
  });
});

test('each verdict has its status, and says in its own word what it was', () => {
  const { tests } = read(everyShape.events).results;
  const statusOf = (name: string): unknown[] => {
    const found = tests.find((one) => one.name === name);
    return [found?.status, found?.['rawStatus']];
  };

  expect(statusOf('payload/one-message')).toEqual(['passed', 'passed']);
  expect(statusOf('payload/nul-bytes')).toEqual(['failed', 'failed']);
  expect(statusOf('stream/no-stall-on-small-messages')).toEqual(['other', 'failed should']);
  expect(statusOf('half-close/closes-too')).toEqual(['skipped', 'blocked']);
  expect(statusOf('end-word/closes')).toEqual(['skipped', 'skipped']);
  expect(statusOf('concurrency/crowd')).toEqual(['other', 'errored']);
  const baselined = [...read(knownFailures.events).results.tests];
  expect(baselined.map(({ rawStatus }) => rawStatus)).toContain('known');
  const stale = read(staleBaseline.events).results.tests;
  expect(stale.filter(({ rawStatus }) => rawStatus === 'stale')).not.toEqual([]);
});

test('a failure carries its evidence, its suite and its level', () => {
  const found = read(everyShape.events).results.tests.find(
    ({ name }) => name === 'payload/nul-bytes',
  );

  expect(found).toMatchObject({
    suite: ['payload'],
    tags: ['must'],
    message: 'The server sent 11 of 16 bytes, and the byte after the first NUL is another.',
    parameters: {
      smallestConversation: [
        'Client A connects.',
        'A sends the 16 bytes "Hello\\x00World 123\\n".',
        'A sends FIN.',
      ],
    },
  });
  expect(found?.['trace']).toContain('48 65 6c 6c 6f 00');
});

describe('the tries of a failure', () => {
  const tried = (tally: Tally): unknown => {
    const other = { kind: 'other', expected: 'x', observed: 'y' } as const;
    return read(runOf([{ id: 'payload/a', verdict: failed('payload/a', other, { tally }) }]))
      .results.tests[0];
  };

  test('2 of 20 is flaky, and does not say in which of them', () => {
    expect(tried({ failed: 2, of: 20 })).toMatchObject({
      status: 'failed',
      flaky: true,
      retries: 19,
      labels: { failedTries: 2, tries: 20 },
    });
    expect(tried({ failed: 2, of: 20 })).not.toHaveProperty('retryAttempts');
  });

  test('3 of 3 is not flaky, and has three failed attempts', () => {
    expect(tried({ failed: 3, of: 3 })).toMatchObject({
      retries: 2,
      retryAttempts: [1, 2, 3].map((attempt) => ({ attempt, status: 'failed' })),
    });
    expect(tried({ failed: 3, of: 3 })).not.toHaveProperty('flaky');
  });

  test('one try is no retry', () => {
    expect(tried({ failed: 1, of: 1 })).toMatchObject({ retries: 0 });
    expect(tried({ failed: 1, of: 1 })).not.toHaveProperty('retryAttempts');
  });
});

test('what has a capture file names it as an attachment, nothing else does', () => {
  const capture = 'captures/payload.nul-bytes.pcapng';
  const { tests } = read(everyShape.events, (id) =>
    id === 'payload/nul-bytes' ? capture : undefined,
  ).results;
  const attached = tests.filter((one) => 'attachments' in one);

  expect(attached).toMatchObject([
    {
      name: 'payload/nul-bytes',
      attachments: [{ contentType: 'application/x-pcapng', path: capture }],
    },
  ]);
});

test('a server that could not be tested is a failure, not an empty success', () => {
  expect(read(unreachable.events).results.tests).toMatchObject([
    {
      name: 'run/can-be-judged',
      status: 'failed',
      rawStatus: 'could-not-judge',
      message: expect.stringContaining('Nothing listens on 127.0.0.1:9990') as unknown,
    },
  ]);
});
