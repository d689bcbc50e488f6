// What clients show that are there beside others, or came behind others: whose bytes they get, and whose places they want.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../clients/transcript.ts';
import {
  differs,
  excerpt,
  failed,
  failedIn,
  launched,
  passed,
  started,
} from '../../../fixtures/support/run-events.ts';
import { echo } from '../../contracts/echo.ts';
import type { Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

const named = (...events: RunEvent[]): [string, string][] =>
  diagnose([started(launched), ...events], echo).map(({ id, shows }) => [id, shows]);

const silence: Finding = {
  kind: 'silence',
  awaited: 'reply',
  waitedMs: 300,
  expected: excerpt('klmn'),
  observed: excerpt(''),
};

/** The record of a client, its entries a millisecond apart from `fromMs` on. */
function client(name: string, fromMs: number, ...said: readonly string[]): TranscriptRecord {
  const transcript = new Transcript(name, performance.now());
  transcript.add({ kind: 'connected' });
  for (const one of said) {
    if (one === '(silence)') transcript.add({ kind: 'silence', waitedMs: 300, awaited: 'reply' });
    else if (one === '(FIN)') transcript.add({ kind: 'fin-sent' });
    else if (one === '(ended)') transcript.add({ kind: 'fin-received', afterBytes: 0 });
    else if (one.startsWith('<')) transcript.received(Buffer.from(one.slice(1)));
    else transcript.sent(Buffer.from(one));
  }
  const record = transcript.record();
  const entries = record.entries.map((entry, nth) => ({
    ...entry,
    atMicros: 1000 * (fromMs + nth),
  }));
  return { ...record, entries };
}

describe('a client that receives letters which it never said', () => {
  const others = 'bqLmGcnijgjwXhpEBOBImLmNGSidgbbc';
  const gone = client('A', 0, 'klmnopqr');
  const id = 'robustness/survives-reset-mid-reply';

  test('gets what is left for another, where more comes than it is owed', () => {
    const found = named(
      failedIn(id, differs('krHjC', 'bqLmG'), gone, client('B', 5, 'krHjC', `<${others}krHjC`)),
    );

    expect(found).toEqual([
      ['rest-goes-to-another-client', expect.stringContaining('sent 5 bytes')],
    ]);
  });

  test('gets it behind a long reply of its own too, where each client that is alone is answered once', () => {
    const long = 'cdfg'.repeat(4096);
    const heard = client('B', 5, long, `<${long}`, `<${others}`);
    const wrong = failedIn(id, differs('krHjC', 'bqLmG'), gone, heard);
    const alone = [passed('payload/every-size'), passed('payload/megabytes')];

    expect(named(...alone, wrong).map(([cause]) => cause)).toEqual(['rest-goes-to-another-client']);
    expect(named(wrong).map(([cause]) => cause)).not.toContain('rest-goes-to-another-client');
  });

  test('does not where it said them itself, and one letter again and again is a text of the server’s', () => {
    for (const [said, heard] of [
      [others, `${others}${others}`],
      ['krHjC', 'x'.repeat(60)],
    ] as const) {
      const found = named(
        failedIn(id, differs('krHjC', 'xxxxx'), gone, client('B', 5, said, `<${heard}`)),
      );

      expect(found.map(([cause]) => cause)).not.toContain('rest-goes-to-another-client');
    }
  });
});

describe('a client among many that waits in vain', () => {
  const many = 'concurrency/many-at-once';
  const served = ['A', 'B', 'C'].map((name) => client(name, 0, 'klmn', '<klmn'));
  const waiting = client('D', 10, 'klmn', '(silence)', '<klmn');

  test('was left out where it is answered when another has come, and has no place else', () => {
    const found = (...more: TranscriptRecord[]): string[] =>
      named(failedIn(many, silence, ...served, ...more)).map(([cause]) => cause);

    // The silence is at 12 ms, the reply at 13.
    const between = { ...client('E', 12.5), sentBytes: 0 };

    expect(found(waiting, between)).toEqual(['newest-client-is-left-out']);
    expect(found(waiting, client('E', 20))).not.toContain('newest-client-is-left-out');
    expect(found(client('D', 10, 'klmn', '(silence)'), between)).not.toContain(
      'newest-client-is-left-out',
    );
  });
});

describe('a server that had room for many', () => {
  /** The place of a name: A is 1, Z 26, AA 27. */
  const nameAt = (place: number): string =>
    place <= 26
      ? String.fromCharCode(64 + place)
      : nameAt(Math.floor((place - 1) / 26)) + nameAt(((place - 1) % 26) + 1);
  const crowd = failedIn(
    'concurrency/crowd',
    silence,
    client(nameAt(64), 0, 'klmn', '<klmn'),
    client(nameAt(65), 5, 'klmn', '(silence)'),
  );
  const alone = (id: 'robustness/survives-a-flood' | 'robustness/survives-reset-mid-reply') =>
    failedIn(id, silence, client('A', 0, 'klmn', '<klmn'), client('B', 5, 'klmn', '(silence)'));

  test('has its places taken by those who left, where hardly anybody is there and one is not served', () => {
    const found = named(
      crowd,
      alone('robustness/survives-a-flood'),
      alone('robustness/survives-reset-mid-reply'),
    );

    expect(found).toEqual([
      ['places-are-not-freed', expect.stringContaining('only one other was there')],
      ['too-few-places', expect.stringContaining('64 clients were served at once')],
    ]);
    expect(named(crowd).map(([cause]) => cause)).toEqual(['too-few-places']);
  });

  test('has no number of places where the first of a crowd is not served, though two were there before', () => {
    const summary = 'The server sent none of the 4 bytes owed. 2 more clients were there, idle.';
    const conversation = [client('A', 0, 'klmn', '(silence)')];

    expect(named(failed('concurrency/crowd', silence, { conversation, summary }))).toEqual([]);
  });

  test('has no fewer places where more clients were served at once before', () => {
    const few = failedIn(
      'concurrency/crowd',
      silence,
      ...['A', 'B', 'C'].map((name) => client(name, 0, 'klmn', '<klmn')),
      client('D', 5, 'klmn', '(silence)'),
    );

    expect(named(few).map(([cause]) => cause)).toEqual(['too-few-places']);
    expect(named(passed('concurrency/many-at-once'), few)).toEqual([]);
  });
});

describe('a client that idled, and was cut off', () => {
  const idle: Finding = {
    kind: 'ended',
    by: 'fin',
    expected: excerpt('klmn'),
    observed: excerpt(''),
  };
  const idled = client('A', 0, 'klmn', '<klmn');
  const cutOff: TranscriptRecord = {
    ...idled,
    entries: [
      ...idled.entries,
      { kind: 'fin-received', afterBytes: 4, atMicros: 900_000 },
      { kind: 'sent', bytes: excerpt('opqr'), atMicros: 1_000_000 },
    ],
  };
  /** It talks each 50 ms until the server ends it, or longer than the other was kept. */
  const talker = (endsMs: number): TranscriptRecord => {
    const one = client('B', 0);
    const turns = Array.from({ length: Math.floor(Math.min(endsMs, 1300) / 50) }, (_, nth) => [
      { kind: 'sent', bytes: excerpt('klmn'), atMicros: 50_000 * nth + 1000 } as const,
      { kind: 'received', bytes: excerpt('klmn'), atMicros: 50_000 * nth + 2000 } as const,
    ]).flat();
    const kind = endsMs <= 1300 ? 'fin-received' : 'fin-sent';
    const end = kind === 'fin-sent' ? ({ kind } as const) : ({ kind, afterBytes: 4 } as const);
    return {
      ...one,
      sentBytes: 2 * turns.length,
      receivedBytes: 2 * turns.length,
      entries: [...one.entries, ...turns, { ...end, atMicros: 1000 * Math.min(endsMs, 1300) }],
    };
  };
  const found = (other: TranscriptRecord): string[] =>
    named(failedIn('half-close/keeps-idle-clients', idle, cutOff, other)).map(([cause]) => cause);

  test('was so for its age where one that talks all the time loses its connection at the same', () => {
    expect(found(talker(905))).toEqual(['closes-after-a-time']);
    expect(found(talker(2000))).toEqual(['closes-idle-clients']);
    expect(found(talker(400))).toEqual(['closes-idle-clients']);
  });
});

describe('a server that closes a client among many', () => {
  const many = 'concurrency/many-at-once';
  const gone: Finding = {
    kind: 'ended',
    by: 'fin',
    expected: excerpt('klmn'),
    observed: excerpt(''),
  };
  const names = Array.from('ABCDEFGHIJKL');
  const served = names.map((name) => client(name, 0, 'klmn', '<klmn'));
  const crowd = failedIn(many, gone, ...served, client('M', 20, 'klmn', '(ended)'));
  const among = (...others: TranscriptRecord[]): RunEvent =>
    failedIn('concurrency/churn', gone, ...others, client('B', 5, 'klmn', '(ended)'));

  test('has few places, and has not where it closes one of two as well', () => {
    const [first] = served;
    if (first === undefined) throw new TypeError('There are twelve.');

    expect(named(crowd).map(([cause]) => cause)).toEqual(['too-few-places']);
    expect(named(crowd, among(first)).map(([cause]) => cause)).not.toContain('too-few-places');
    // Beside as many as were served it tells nothing else.
    const eleven = served.map((one) => ({ ...one }));
    const last = failedIn('concurrency/churn', gone, ...eleven, client('M', 20, 'klmn', '(ended)'));
    expect(named(crowd, last).map(([cause]) => cause)).toEqual(['too-few-places']);
  });
});

test('the client that is not served tells whether descriptors ran out, and not how many there were', () => {
  const crowd = (silent: string): string[] =>
    named(
      failedIn(
        'concurrency/crowd',
        silence,
        client(silent, 0, 'klmn', '(silence)'),
        client('ATD', 5, 'klmn', '<klmn'),
      ),
    ).map(([cause]) => cause);

  // Numbers 1,020 and 245 of 1,200.
  expect(crowd('AMF')).toContain('out-of-descriptors');
  expect(crowd('IK')).not.toContain('out-of-descriptors');
});

describe('a slow reader that gets nothing more', () => {
  const id = 'concurrency/slow-reader-blocks-nobody';
  const lacking = (dueBytes: number): Finding => ({
    ...silence,
    expected: { ...excerpt('klmn'), length: dueBytes },
  });
  const said = client('A', 0, 'klmn', '<klmn');

  test('blocks nobody: its conversation stands still where late readers are served else', () => {
    const own = failedIn(id, lacking(16_777_216), said);

    expect(named(passed('stream/reader-starts-late'), own).map(([cause]) => cause)).toEqual([
      'never-sends-on',
    ]);
    expect(named(own)).toEqual([]);
    expect(named(failedIn(id, lacking(4), said)).map(([cause]) => cause)).toEqual([
      'one-write-blocks-all',
    ]);
  });
});
