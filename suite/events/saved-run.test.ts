import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { named } from '../../fixtures/golden/readable-runs.ts';
import { everyShape, diagnosed, exampleRuns } from '../../fixtures/golden/runs.ts';
import { summarise } from './report.ts';
import { openReporter as openJson } from '../reporters/json.ts';
import { openReporter as openNdjson } from '../reporters/ndjson.ts';
import { InvalidSavedRun, readSavedRun } from './saved-run.ts';

const ndjson = printed(openNdjson, diagnosed.events);
const lines = ndjson.trimEnd().split('\n');

function refusal(content: string): string {
  try {
    readSavedRun(content, 'run.ndjson');
  } catch (error) {
    if (error instanceof InvalidSavedRun) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

/** The saved run with one of its lines changed. */
function changed(index: number, change: (event: Record<string, unknown>) => unknown): string {
  const event = JSON.parse(lines[index] ?? '') as Record<string, unknown>;
  return lines.with(index, JSON.stringify(change(event))).join('\n');
}

describe.each(exampleRuns.map(({ name, events }) => ({ name, events: named(events) })))(
  '$name',
  ({ events }) => {
    test('comes back from NDJSON as it was', () => {
      const run = readSavedRun(printed(openNdjson, events), 'run.ndjson');

      expect(run).toEqual({ events, incomplete: null });
    });

    test('comes back from JSON as the same report', () => {
      const run = readSavedRun(printed(openJson, events), 'run.json');

      expect(summarise(run.events)).toEqual(summarise(events));
      expect(run.incomplete).toBeNull();
    });
  },
);

test('a file that was cut in a line is read up to it', () => {
  const half = ndjson.slice(0, Math.floor(ndjson.length / 2));

  const { events, incomplete } = readSavedRun(half, 'run.ndjson');

  expect(incomplete).toMatch(/^run\.ndjson:\d+: the last line is cut/u);
  expect(events).toEqual(diagnosed.events.slice(0, events.length));
  expect(summarise(events).cutShort).toBe('the run did not finish');
});

test('a file that was cut between lines is read, and said to be', () => {
  const { events, incomplete } = readSavedRun(lines.slice(0, 6).join('\n'), 'run.ndjson');

  expect(events).toHaveLength(6);
  expect(incomplete).toContain('run.ndjson ends before the run does');
});

test('what a later version adds is passed over', () => {
  const content = [
    changed(0, (event) => ({ ...event, mood: 'good' })).split('\n')[0],
    '{"type":"weather","is":"fine"}',
    ...lines.slice(1),
  ].join('\n');

  expect(readSavedRun(content, 'run.ndjson').events).toHaveLength(diagnosed.events.length);
});

test('a byte order mark and Windows line endings do no harm', () => {
  const content = `\ufeff${ndjson.replaceAll('\n', '\r\n')}`;

  expect(readSavedRun(content, 'run.ndjson').events).toEqual(diagnosed.events);
});

describe('refused with the place:', () => {
  const json = printed(openJson, everyShape.events);

  test.each([
    ['an empty file', '', 'run.ndjson is empty. Save a run with'],
    ['something else', 'hello\nworld', 'run.ndjson is not a saved run of conform'],
    ['another JSON', '{"name":"conform"}', 'run.ndjson is not a saved run of conform'],
    ['a list', '[]', 'run.ndjson is not a saved run of conform'],
    ['other events', '{"type":"start"}', 'run.ndjson:1: a saved run begins with run-started'],
    ['a run without its beginning', lines.slice(1).join('\n'), 'its beginning is missing'],
    [
      'a newer stream',
      changed(0, (event) => ({ ...event, schema: 'conform/events/2' })),
      'run.ndjson:1: this was written in the form conform/events/2 by a newer conform',
    ],
    [
      'a newer report',
      json.replace('conform/report/1', 'conform/report/2'),
      'written in the form conform/report/2 by a newer conform',
    ],
    [
      'a line in the middle that is cut',
      lines.with(3, '{"type":').join('\n'),
      'run.ndjson:4: this line is not JSON',
    ],
    ['two runs in one file', `${ndjson}${ndjson}`, 'a second run begins here'],
    [
      'a cut JSON report',
      json.slice(0, -100),
      'run.ndjson is a JSON report that is cut or damaged',
    ],
    [
      'a report without a part',
      json.replace('"causes"', '"cause"'),
      'run.ndjson: report.causes is missing',
    ],
    [
      'a wrong contract',
      changed(1, (event) => ({ ...event, contract: { id: 'echo' } })),
      'run.ndjson:2: event.contract.title is missing.',
    ],
    [
      'a verdict of no kind',
      changed(4, (event) => ({ ...event, verdict: { kind: 'perhaps' } })),
      'event.verdict.kind must be passed or failed or',
    ],
    [
      'a level of its own',
      changed(2, (event) => ({
        ...event,
        behaviours: [{ id: 'a/b', family: 'a', level: 'shall', requirement: '', reference: '' }],
      })),
      'run.ndjson:3: event.behaviours[0].level must be must or should or may.',
    ],
  ])('%s', (_, content, message) => {
    expect(refusal(content)).toContain(message);
  });

  test('a behaviour that is planned twice', () => {
    const twice = changed(2, (event) => {
      const behaviours = event['behaviours'] as { readonly id: string }[];
      return { ...event, behaviours: [...behaviours, behaviours[0]] };
    });

    expect(refusal(twice)).toMatch(
      /^run\.ndjson:3: event\.behaviours\[\d+\] is "[^"]+", as event\.behaviours\[0\] is: expected each only once\.$/u,
    );
  });

  test('a behaviour that has two verdicts', () => {
    const again = [...lines.slice(0, 5), lines[4] ?? '', ...lines.slice(5)].join('\n');

    expect(refusal(again)).toMatch(
      /^run\.ndjson:6: "[^"]+" has a verdict already, in line 5: expected one for each behaviour\.$/u,
    );
  });

  test('a second plan', () => {
    const again = [...lines.slice(0, 3), lines[2] ?? '', ...lines.slice(3)].join('\n');

    expect(refusal(again)).toContain('run.ndjson:4: planned comes a second time');
  });

  test('a behaviour that stands in a JSON report twice', () => {
    const report = JSON.parse(json) as { behaviours: unknown[] };
    report.behaviours.push(report.behaviours[0]);

    expect(refusal(JSON.stringify(report))).toMatch(
      /report\.behaviours\[\d+\] is "[^"]+", as report\.behaviours\[0\] is: expected each only once\.$/u,
    );
  });

  test.for<[string, RegExp, string, string]>([
    [
      'a name for a client that is a command',
      /"client":"A"/,
      '"client":"A\\n__import__(\\"os\\")"',
      'client must be a name of 1 to 12 letters, digits, _ or -',
    ],
    ['a moment between two', /"atMicros":\d+/, '"atMicros":1.5', 'atMicros must be a whole number'],
    ['a moment before the run', /"atMicros":\d+/, '"atMicros":-1', 'from 0 to 31536000000000'],
    [
      'a seed between two',
      /"seed":\d+/,
      '"seed":-1.5',
      '1: event.seed must be a whole number from 0',
    ],
    [
      'a run that took less than no time',
      /"durationMs":[\d.]+/,
      '"durationMs":-1e308',
      '5: event.durationMs must be a number from 0 to 31536000000.',
    ],
    [
      'a port that is none',
      /"address":"[^"]*"/,
      '"address":"127.0.0.1:99900"',
      '1: event.target.address must end in a port from 1 to 65535.',
    ],
    [
      'more failures than tries',
      /"tally":\{"failed":\d+,"of":\d+/,
      '"tally":{"failed":4,"of":3',
      'tally.failed must be a whole number from 0 to event.verdict.tally.of, which is 3.',
    ],
    [
      'failures of no tries',
      /"tally":\{"failed":\d+,"of":\d+/,
      '"tally":{"failed":0,"of":0',
      'tally.of must be a whole number from 1 to',
    ],
    [
      'a part that is not of the whole',
      /"seed":\d+/,
      '"seed":1,"shard":{"index":9,"count":2}',
      '1: event.shard.index must be a whole number from 1 to event.shard.count, which is 2.',
    ],
    [
      'parts without end',
      /"seed":\d+/,
      '"seed":1,"shard":{"index":1,"count":9007199254740991}',
      '1: event.shard.count must be a whole number from 1 to 100000.',
    ],
    [
      'a day with words after it',
      /("startedAt":"[^"]*)"/,
      '$1 (or so)"',
      '1: event.startedAt must be a moment such as',
    ],
    ['a day that is none', /"startedAt":"[^"]*"/, '"startedAt":"soon"', 'must be a moment such as'],
    ['more bytes than there were', /"length":\d+/, '"length":0', 'has more bytes than'],
  ])('%s', ([, what, instead, says]) => {
    expect(refusal(ndjson.replace(what, instead))).toContain(says);
  });

  test('half a byte', () => {
    expect(refusal(ndjson.replace('"hex":"00"', '"hex":"0"'))).toContain(
      '.hex must be hexadecimal digits',
    );
  });
});
