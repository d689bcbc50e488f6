// A client that was served is served no more, once others have come: told from a lost message, and from a blocked server.
import { expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../../clients/transcript.ts';
import {
  excerpt,
  failedIn,
  launched,
  passed,
  started,
} from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import type { Finding } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

const silence: Finding = {
  kind: 'silence',
  awaited: 'reply',
  waitedMs: 300,
  expected: excerpt('klmn'),
  observed: excerpt(''),
};

/** The record of a client whose entries are told with the millisecond of each: `>` it says, `<` it hears. */
function client(name: string, ...told: readonly (readonly [string, number])[]): TranscriptRecord {
  const transcript = new Transcript(name, performance.now());
  for (const [what] of told) {
    if (what === 'comes') transcript.add({ kind: 'connected' });
    else if (what === 'silence')
      transcript.add({ kind: 'silence', waitedMs: 300, awaited: 'reply' });
    else if (what === 'leaves') transcript.add({ kind: 'fin-sent' });
    else if (what === '>') transcript.sent(Buffer.from('klmn'));
    else transcript.received(Buffer.from('klmn'));
  }
  const record = transcript.record();
  const entries = record.entries.map((entry, nth) => ({
    ...entry,
    atMicros: 1000 * (told[nth]?.[1] ?? 0),
  }));
  return { ...record, entries };
}

const leftOut = client(
  'A',
  ['comes', 0],
  ['>', 1],
  ['<', 2],
  ['>', 20],
  ['silence', 300],
  ['>', 301],
  ['silence', 600],
);
const later = client('B', ['comes', 5], ['>', 6], ['<', 7], ['>', 21], ['<', 22]);

const named = (...records: readonly TranscriptRecord[]): string[] =>
  diagnose(
    [
      started(launched),
      passed('half-close/does-not-close-first'),
      failedIn('concurrency/many-at-once', silence, ...records),
    ],
    echo,
  ).map(({ id }) => id);

const displaced = 'newcomers-displace-a-client';

test('a client is displaced that is not answered twice, while one that came later is', () => {
  expect(named(leftOut, later)).toEqual([displaced]);
});

test('none is, where one message alone is lost', () => {
  const goesOn = client(
    'A',
    ['comes', 0],
    ['>', 1],
    ['<', 2],
    ['>', 20],
    ['silence', 300],
    ['>', 301],
    ['<', 302],
  );

  expect(named(goesOn, later)).not.toContain(displaced);
});

test('none is, where nobody is served, or somebody had left', () => {
  const before = client('B', ['comes', 5], ['>', 6], ['<', 7]);
  const leaver = client('C', ['comes', 3], ['>', 4], ['<', 5], ['leaves', 9]);

  expect(named(leftOut, before)).not.toContain(displaced);
  expect(named(leftOut, leaver, later)).not.toContain(displaced);
});

test('a write blocks nobody, where a newcomer is answered meanwhile', () => {
  const deaf = client('C', ['comes', 3]);
  const asked = [
    started(launched),
    failedIn('concurrency/slow-reader-blocks-nobody', silence, leftOut, deaf, later),
  ];
  const blocked = [
    started(launched),
    failedIn('concurrency/slow-reader-blocks-nobody', silence, leftOut, deaf),
  ];

  expect(diagnose(asked, echo)[0]?.id).toBe(displaced);
  expect(diagnose(blocked, echo)[0]?.id).toBe('one-write-blocks-all');
});
