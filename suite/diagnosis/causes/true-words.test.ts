// What a cause says must be true of what happened: its numbers, its victims, its letters.
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
  talk,
} from '../../../fixtures/support/run-events.ts';
import { behaviours, type BehaviourId } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import type { Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

const found = (...events: readonly RunEvent[]) => diagnose([started(launched), ...events], echo);

const endedShort: Finding = {
  kind: 'ended',
  by: 'fin',
  expected: excerpt('klmn'),
  observed: excerpt(''),
};

test.each(['The server exited with code 1.', 'the server exited with code 1'])(
  'what was seen is one sentence, however it ends: %s',
  (observed) => {
    const [cause] = found(
      failed('process/restarts-on-the-same-port', { kind: 'other', expected: 'a start', observed }),
    );

    expect(cause?.id).toBe('address-is-not-reused');
    expect(cause?.shows).toMatch(/ Seen: .*with code 1\.$/u);
  },
);

describe('a number of bytes that are missing', () => {
  const at = (place: number, goesOnAt: number): Finding => ({
    ...differs('a', 'b'),
    kind: 'bytes',
    at: place,
    goesOnAt,
    expected: excerpt('a'),
    observed: excerpt('b'),
  });

  test('is counted where bytes are left out, not where earlier ones came once more', () => {
    const [cause] = found(
      failed('payload/megabytes', at(9000, 6103)),
      failed('stream/reader-starts-late', at(5000, 7000)),
    );

    expect(cause?.id).toBe('short-write-is-not-continued');
    expect(cause?.shows).toContain('2,000 bytes are missing at byte 5,000');
  });

  test('is not told at all where all that was wrong came once more', () => {
    const causes = found(
      failed('payload/megabytes', at(9000, 6103)),
      failed('stream/reader-starts-late', at(5000, 4096)),
    );

    expect(causes.map(({ shows }) => shows).join()).not.toMatch(/missing|-\d/);
  });
});

describe('an error that ends other conversations', () => {
  const begin = (client: string, atMicros: number): TranscriptRecord => ({
    ...talk('ab', 'ab'),
    client,
    entries: [
      { kind: 'connected', atMicros },
      { kind: 'sent', atMicros, bytes: excerpt('ab') },
    ],
  });
  const then = (
    record: TranscriptRecord,
    ...more: TranscriptRecord['entries']
  ): TranscriptRecord => ({ ...record, entries: [...record.entries, ...more] });
  const resetting = then(begin('B', 10), { kind: 'reset-sent', atMicros: 20 });
  const came = { kind: 'received', atMicros: 5, bytes: excerpt('ab') } as const;
  const end = { kind: 'fin-received', atMicros: 30, afterBytes: 2 } as const;
  const named = (...conversation: TranscriptRecord[]) =>
    found(failedIn('robustness/survives-reset-at-once', endedShort, ...conversation)).map(
      ({ id }) => id,
    );

  test('has a victim that was served before the reset and ended after it', () => {
    expect(named(then(begin('A', 1), came, end), resetting)).toEqual([
      'one-error-ends-all-conversations',
    ]);
  });

  test('is not blamed for a client that was turned away, nor for one that ended its side', () => {
    expect(named(then(begin('A', 1), end))).toEqual([]);
    expect(named(resetting, then(begin('C', 25), end))).toEqual([]);
    const own = { kind: 'fin-sent', atMicros: 6 } as const;
    expect(named(then(begin('A', 1), came, own, end), resetting)).toEqual([]);
  });
});

describe('text of the server’s own', () => {
  const greeting = (sent: string): RunEvent =>
    failedIn(
      'payload/one-message',
      differs(sent, `hello ${sent}`),
      talk(sent, sent === 'l' ? 'hello' : `hello ${sent}`),
    );

  test('is not found around a single letter, which any text may hold', () => {
    expect(found(greeting('l'))).toEqual([]);
  });

  test('is found around a word', () => {
    expect(found(greeting('klmn'))[0]?.id).toBe('adds-text-of-its-own');
  });
});

test('a conversation that is ended after some messages says how many were answered', () => {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  for (const message of ['kl', 'mn', 'op']) {
    transcript.sent(Buffer.from(message));
    if (message !== 'op') transcript.received(Buffer.from(message));
  }
  transcript.add({ kind: 'fin-received', afterBytes: 4 });
  const record = transcript.record();

  const [cause, ...others] = found(
    passed('half-close/does-not-close-first'),
    passed('payload/each-byte-value-alone'),
    failedIn('stream/many-messages-on-one-connection', endedShort, record),
    failedIn('concurrency/churn', endedShort, record),
  );

  expect(others).toEqual([]);
  expect(cause?.id).toBe('closes-after-some-messages');
  expect(cause?.shows).toContain('2 messages were answered');
  expect(cause?.explains).toHaveLength(2);
});

test('NULs in the middle of long replies are the rest of a buffer that a read did not fill', () => {
  const filled = (place: number, came: string): Finding => ({
    kind: 'bytes',
    at: place,
    expected: { ...excerpt('k'.repeat(40)), offset: place - 8, length: 9000 },
    observed: { ...excerpt('k'.repeat(8) + came), offset: place - 8, length: 9000 },
  });
  const named = (came: string) =>
    found(
      passed('payload/every-size'),
      failed('payload/megabytes', filled(4096, came)),
      failed('stream/reader-starts-late', filled(5000, came)),
    ).map(({ id }) => id);

  expect(named('\0'.repeat(32))).toEqual(['sends-the-whole-buffer']);
  expect(named('\0m'.repeat(16))).toEqual([]);
});

test('bytes that are no letters and are lowered by 32 are told as a range of letters', () => {
  const events = [
    failedIn(
      'payload/leaves-other-ascii-alone',
      differs('Az1[\\]', 'AZ1;<='),
      talk('Az1[\\]', 'AZ1;<='),
    ),
    failedIn('payload/leaves-high-bytes-alone', differs('\xc0', '\xa0'), talk('\xc0', '\xa0')),
  ];

  const [cause, ...others] = diagnose([started(launched), ...events], uppercase);

  expect(others).toEqual([]);
  expect(cause?.id).toBe('letter-range-is-wrong');
  expect(cause?.shows).toContain('no letters too: 0x5b, 0x5c, 0x5d, 0xc0.');
});

test('a conversation that ends after some messages is not said to end because its client reads late', () => {
  const late = failed('stream/reader-starts-late', endedShort);
  const closing = failed('half-close/sends-all-it-owes-when-large', endedShort);
  const megabytes = failed('payload/megabytes', endedShort);
  const many = failed('stream/many-messages-on-one-connection', endedShort);
  const before = passed('half-close/does-not-close-first');

  const [alone] = found(passed('payload/megabytes'), late, closing);
  expect(alone?.id).toBe('gives-up-on-a-full-socket-buffer');
  expect(alone?.shows).toContain('Clients that read at once get megabytes');
  expect(found(late, closing, megabytes)[0]?.shows).toMatch(
    /^Short replies come whole; a client that read late/u,
  );
  expect(found(before, late, closing, megabytes, many).map(({ id }) => id)).toEqual([
    'closes-after-some-messages',
  ]);
});

test.each([
  [4, [5, 4], [131_065, 131_064]],
  [8, [5, 0], [131_065, 131_064]],
  [3, [5, 3], [1, 3]],
])(
  'a server that reads %i bytes at a time is seen to wait for so many, whether or not a part of a message comes back',
  (size, ...pairs) => {
    const transcript = new Transcript('A', performance.now());
    transcript.add({ kind: 'connected' });
    for (const [sent = 0, came = 0] of pairs) {
      transcript.sent(Buffer.alloc(sent, sent === 1 ? '\n' : 'k'));
      if (came > 0) transcript.received(Buffer.alloc(came, 'k'));
      else transcript.add({ kind: 'silence', awaited: 'reply', waitedMs: 500 });
      // As the checks ask: a newline first; where that was not it, much more.
      if (sent !== 5 || pairs[1][0] === 1) continue;
      transcript.sent(Buffer.from('\n'));
      transcript.add({ kind: 'silence', awaited: 'reply', waitedMs: 500 });
    }
    const silent: Finding = {
      kind: 'silence',
      awaited: 'reply',
      waitedMs: 500,
      expected: excerpt('kkkkk'),
      observed: excerpt('kkk'),
    };

    const [cause] = found(failedIn('stream/replies-at-once', silent, transcript.record()));

    expect(cause?.id).toBe('waits-for-a-full-buffer');
    expect(cause?.shows).toContain(`a multiple of ${size} bytes`);
  },
);

test('what is only recommended is not to be mended before what fails the run', () => {
  const planned = (id: BehaviourId, level: 'must' | 'should') => {
    const info = behaviours.find((one) => one.id === id);
    if (info === undefined) throw new TypeError(`No behaviour ${id}.`);
    const { requirement, reference } = info;
    return { id, family: id.slice(0, id.indexOf('/')), level, requirement, reference };
  };
  const grave = failed('stream/many-messages-on-one-connection', endedShort);
  const slight = failed('process/memory-bounded-by-a-slow-reader', {
    kind: 'other',
    expected: 'little memory',
    observed: 'much',
  });
  const named = (level: 'must' | 'should') => {
    const plan: RunEvent = {
      type: 'planned',
      behaviours: [
        planned('process/memory-bounded-by-a-slow-reader', level),
        planned('stream/many-messages-on-one-connection', 'must'),
      ],
    };
    return found(plan, passed('half-close/does-not-close-first'), slight, grave).map(
      ({ id }) => id,
    );
  };

  expect(named('should')).toEqual(['closes-after-some-messages', 'unread-replies-fill-memory']);
  expect(named('must')).toEqual(['unread-replies-fill-memory', 'closes-after-some-messages']);
});
