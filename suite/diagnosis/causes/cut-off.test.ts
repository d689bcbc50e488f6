// Clients that are cut off, and what of: their length, their age, their number, or that they had said nothing.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../clients/transcript.ts';
import {
  began,
  died,
  excerpt,
  failed,
  failedIn,
  launched,
  passed,
  started,
  talk,
} from '../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import type { Failed, Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

const oneMessage = 'payload/one-message';
const inTurn = 'accept/serves-clients-in-turn';
const many = 'stream/many-messages-on-one-connection';

const named = (events: readonly RunEvent[]): [string, string][] =>
  diagnose([started(launched), ...events], echo).map(({ id, confidence }) => [id, confidence]);

/** What is found of a message of `due` bytes of which `came` had come when the server ended the connection. */
const ended = (due: number, came = 0): Finding => ({
  kind: 'ended',
  by: 'fin',
  expected: { ...excerpt(''), length: due },
  observed: { ...excerpt(''), length: came },
});

/** A client that said `sent`, heard `came`, and saw the server end its connection. */
function shutOut(sent: string, came = ''): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent, 'latin1'));
  if (came !== '') transcript.received(Buffer.from(came, 'latin1'));
  transcript.add({ kind: 'fin-received', afterBytes: came.length });
  return transcript.record();
}

const refused = (id: BehaviourId, byteCount: number, came = 0): RunEvent => {
  const sent = 'kl'.repeat(byteCount).slice(0, byteCount);
  return failedIn(id, ended(byteCount, came), shutOut(sent, sent.slice(0, came)));
};

describe('a message that is too long for the server', () => {
  const cause = ['refuses-long-messages', 'likely'];

  test('is told by the law of one test alone, and not without it', () => {
    const sent = 'kl'.repeat(500);
    const found = (says?: string): [string, string][] =>
      named([
        passed(oneMessage),
        failed('payload/every-size', ended(1000), {
          conversation: [shutOut(sent)],
          ...(says === undefined
            ? {}
            : { law: { respects: [{ dimension: 'length', says }], experiments: 91 } }),
        }),
      ]);

    expect(
      found(
        'Messages of 1,000 to 131,073 bytes fail (5 sizes tried); those of 1 to 999 bytes are right (57 sizes tried).',
      ),
    ).toContainEqual(cause);
    expect(found('Messages of 1,000 bytes fail (1 size tried).')).not.toContainEqual(cause);
    expect(found()).not.toContainEqual(cause);
  });
  const [anySize, owed] = ['payload/every-size', 'half-close/sends-all-it-owes'] as const;

  test('ends its conversation, whether nothing of it came back or a part', () => {
    expect(named([passed(oneMessage), refused(anySize, 4096), refused(owed, 40_001)])).toEqual([
      cause,
    ]);
    expect(
      named([passed(oneMessage), refused(anySize, 9473, 6144), refused(owed, 40_001, 9216)]),
    ).toEqual([cause]);
  });

  test('is not what it is where a reply stops at a buffer, at the FIN alone, or at few bytes', () => {
    const found = (...events: RunEvent[]): string[] =>
      named([passed(oneMessage), ...events]).map(([id]) => id);

    expect(found(refused(anySize, 4097, 4096), refused(owed, 40_000, 4096))).not.toContain(
      cause[0],
    );
    expect(
      found(refused('half-close/fin-right-behind-the-data', 4096), refused(owed, 40_001)),
    ).not.toContain(cause[0]);
    expect(found(refused(anySize, 3), refused(owed, 20))).not.toContain(cause[0]);
  });
});

describe('a length that is kept in a byte', () => {
  const [anySize, owed] = ['payload/every-size', 'half-close/sends-all-it-owes'] as const;
  const some = (...lengths: [BehaviourId, number, number][]): [string, string][] =>
    named([passed(oneMessage), ...lengths.map(([id, due, came]) => refused(id, due, came))]);

  test('leaves its remainder of each longer message', () => {
    expect(some([anySize, 511, 255], [owed, 3000, 184])[0]).toEqual([
      'reply-stops-at-the-buffer',
      'likely',
    ]);
    expect(some([anySize, 256, 0], [owed, 3000, 184], [inTurn, 320, 64])).toEqual([
      ['reply-stops-at-the-buffer', 'likely'],
    ]);
  });

  test('is not it where another part came, or the same of each', () => {
    const ofAByte = (...lengths: [BehaviourId, number, number][]): boolean =>
      diagnose(
        [
          started(launched),
          passed(oneMessage),
          ...lengths.map(([id, due, came]) => refused(id, due, came)),
        ],
        echo,
      ).some(({ shows }) => shows.includes('kept in one byte'));

    expect(ofAByte([anySize, 511, 255], [owed, 3000, 184])).toBe(true);
    expect(ofAByte([anySize, 511, 255], [owed, 3000, 255])).toBe(false);
    expect(ofAByte([anySize, 440, 184], [owed, 3000, 184])).toBe(false);
  });
});

describe('a client that is served now and then only', () => {
  const rate = { failed: 337, of: 400, lowest: 0.8, highest: 0.87 };
  const law: Failed['law'] = { respects: [], rate, experiments: 400 };
  const closed = (more: Partial<Failed>): RunEvent =>
    failed(oneMessage, ended(1), { conversation: [shutOut('b')], ...more });

  test('was not cut off for its letters: the server was too early', () => {
    expect(named([closed({ law })])).toEqual([['closes-without-answering', 'likely']]);
    expect(named([closed({})])[0]?.[0]).not.toBe('closes-without-answering');
  });
});

describe('a connection', () => {
  /** A client that was let in, did as `kind` says, and was cut off at that age. */
  function cutOffAt(ageMs: number, said: string): TranscriptRecord {
    const { entries, ...record } = shutOut(said, said);
    const [first, ...rest] = said === '' ? entries.filter(({ kind }) => kind !== 'sent') : entries;
    const timed = [first, ...rest].flatMap((entry) => (entry === undefined ? [] : [entry]));
    return {
      ...record,
      entries: timed.map((entry, nth) => ({
        ...entry,
        atMicros: nth === timed.length - 1 ? ageMs * 1000 : nth,
      })),
    };
  }
  const mute = 'half-close/keeps-clients-that-say-nothing';
  const after = (busyMs: number, quietMs: number): string[] =>
    named([
      passed('half-close/does-not-close-first'),
      failedIn(many, ended(6), cutOffAt(busyMs, 'klmnop')),
      failedIn(mute, ended(0), cutOffAt(quietMs, '')),
    ]).map(([id]) => id);

  test('that ends at the same age whatever its client does ends for its age', () => {
    expect(after(900, 905)).toEqual(['closes-after-a-time']);
    expect(after(90, 905)).not.toContain('closes-after-a-time');
    expect(after(90, 905)).toContain('closes-after-some-messages');
  });

  test('that ends although its client reads at once is not ended for a late reader', () => {
    const late = (['stream/reader-starts-late', 'stream/slow-reader'] as const).map((id) =>
      failedIn(id, ended(9_000_000, 400_000)),
    );
    const ofMany = [
      passed('half-close/does-not-close-first'),
      failedIn(many, ended(6), shutOut('klmnop')),
    ];

    expect(named(late)[0]?.[0]).toBe('gives-up-on-a-full-socket-buffer');
    expect(named([...late, ...ofMany]).map(([id]) => id)).toEqual(['closes-after-some-messages']);
  });
});

describe('clients one after another', () => {
  const ids = [inTurn, 'payload/every-size', 'payload/any-text', 'stream/slow-reader'] as const;
  const closed = (said: string): RunEvent[] =>
    ids.map((id) => failedIn(id, ended(said.length), shutOut(said)));

  test('of whom none is served any more find all places taken', () => {
    expect(named([passed(oneMessage), ...closed('kl')])).toEqual([
      ['places-are-not-freed', 'likely'],
    ]);
    expect(named([passed(oneMessage), ...closed('\xff')]).map(([id]) => id)).not.toContain(
      'places-are-not-freed',
    );
    expect(named([passed(oneMessage), ...closed('kl').slice(1)]).map(([id]) => id)).not.toContain(
      'places-are-not-freed',
    );
  });

  test('of whom single ones are shut out were turned away, unless replies went astray', () => {
    const served = ['payload/nul-bytes', 'payload/line-endings', 'stream/in-order'] as const;
    const later = ['stream/any-cuts', 'half-close/closes-too', 'payload/utf8-text'] as const;
    const some = [
      passed(oneMessage),
      failedIn(inTurn, ended(2), shutOut('kl')),
      failedIn('stream/replies-at-once-at-any-size', ended(2), shutOut('mn')),
      ...[...served, ...later].flatMap((id) => [began(id), passed(id)]),
    ];
    const silent: Finding = {
      kind: 'silence',
      awaited: 'reply',
      waitedMs: 100,
      expected: excerpt('pqrs'),
      observed: excerpt(''),
    };
    const [asked, heard] = [talk('pqrs', ''), { ...talk('abcd', 'abcdpqrs'), client: 'B' }];
    const astray = failedIn('accept/serves-a-burst', silent, asked, heard);

    expect(named(some).map(([id]) => id)).toContain('turns-some-clients-away');
    const found = named([...some, astray]).map(([id]) => id);
    expect(found).toEqual(['connection-in-a-shared-variable']);
  });

  test('of whom each fresh server serves so many and no more need not have come in one test', () => {
    const single = ['stream/replies-at-once', ...ids.slice(1)] as const;
    const lawOf = (says: string): NonNullable<Failed['law']> => ({
      respects: [{ dimension: 'repetition', says }],
      experiments: 219,
    });
    const turned = (says: string): string[] =>
      named([
        passed(oneMessage),
        ...single.map((id, nth) =>
          failed(id, ended(2), {
            conversation: [shutOut(['kl', 'mn', 'pq', 'rs'][nth] ?? '')],
            law: lawOf(says),
          }),
        ),
      ]).map(([id]) => id);
    const again =
      'of the same conversation, held again and again on a server that was just started';
    const kept = 'the first 63 conversations are right and each of the 24 after them fails';

    expect(turned(`It hangs on how many came before: ${again}, ${kept}; at 2 more too.`)).toEqual([
      'places-are-not-freed',
    ]);
    expect(turned(`Held again and again, one after another, ${kept}.`)).not.toContain(
      'places-are-not-freed',
    );
  });
});

describe('a server that goes', () => {
  const leave = 'robustness/survives-connect-and-leave';
  const second = 'concurrency/serves-the-second-while-the-first-idles';
  const crowd = 'concurrency/crowd';

  function wordless(): TranscriptRecord {
    const transcript = new Transcript('B', performance.now());
    transcript.add({ kind: 'connected' });
    transcript.add({ kind: 'fin-sent' });
    return transcript.record();
  }
  function answered(): TranscriptRecord {
    const transcript = new Transcript('A', performance.now());
    transcript.add({ kind: 'connected' });
    transcript.sent(Buffer.from('kl'));
    transcript.received(Buffer.from('kl'));
    return transcript.record();
  }
  const goes = (id: BehaviourId, ...conversation: TranscriptRecord[]): RunEvent =>
    failed(id, died(null, 1), { conversation });

  test('when somebody leaves without a word has not ended with its first clients', () => {
    expect(
      diagnose(
        [goes(second, answered(), wordless()), goes(leave, answered(), wordless())],
        echo,
      ).map(({ id, explains }) => [id, explains]),
    ).toEqual([['leaving-without-a-word-ends-the-server', [leave, second]]]);
    expect(named([goes(second, answered())])).toEqual([['ends-with-its-first-clients', 'likely']]);
  });

  test('in a crowd, and prints that too many files are open, is out of descriptors', () => {
    const inCrowd = (outputTail: string): RunEvent =>
      failed(crowd, died(null, 1), { conversation: [answered()], outputTail });

    expect(named([inCrowd('accept: Too many open files\n')])[0]).toEqual([
      'out-of-descriptors',
      'likely',
    ]);
    const select = 'ValueError: filedescriptor out of range in select()\n';
    expect(named([inCrowd(select)])[0]).toEqual(['out-of-descriptors', 'likely']);
    expect(named([inCrowd('')]).map(([id]) => id)).not.toContain('out-of-descriptors');
  });

  test('and prints what no limit of clients prints was not stopped by their number', () => {
    const trace = 'goroutine 680 [runnable]:\nnet.(*conn).Write(0xc000)\n';
    const hundred = failed('robustness/survives-vanishing-by-the-hundred', died(null, 2), {
      outputTail: trace,
    });

    expect(named([hundred])).toEqual([['an-error-ends-the-server', 'likely']]);
  });

  test('in one of its processes only, and prints that memory is damaged, has crashed there', () => {
    const printed = '*** stack smashing detected ***: terminated\n';
    const crash = failed('payload/every-size', ended(5000), {
      conversation: [shutOut('k'.repeat(5000))],
      outputTail: printed,
    });

    expect(named([passed(oneMessage), crash])[0]).toEqual([
      'crashes-with-a-memory-fault',
      'likely',
    ]);
  });
});

describe('a client that has megabytes under way', () => {
  const [late, slow, large] = [
    'stream/reader-starts-late',
    'stream/slow-reader',
    'half-close/sends-all-it-owes-when-large',
  ] as const;
  const cutOff = [slow, large].map((id) => failed(id, ended(8_388_608, 4_000_000)));

  test('is not cut off for being late where the process crashed under the same load', () => {
    const lateToo = failed(late, ended(8_388_608, 4_000_000));
    const found = (one: RunEvent): string[] => named([...cutOff, one]).map(([id]) => id);

    expect(found(lateToo)).toContain('gives-up-on-a-full-socket-buffer');
    expect(found(failed(late, died('SIGSEGV')))).toEqual(['crashes-with-a-memory-fault']);
  });

  test('misses a multiple of 65,536 bytes each time where a count of two bytes overflows', () => {
    const lost = (times: readonly number[], more = 0): string[] =>
      named([
        passed('payload/every-size'),
        ...[large, late, slow].map((id, nth) => {
          const came = 8_388_608 - 65_536 * (times[nth] ?? 0) - more;
          const closed = ended(8_388_608, came);
          if (closed.kind !== 'ended' || id === large) return failed(id, closed);
          const { expected, observed } = closed;
          return failed(id, {
            kind: 'silence',
            awaited: 'reply',
            waitedMs: 600,
            expected,
            observed,
          });
        }),
      ]).map(([id]) => id);

    expect(lost([62, 62, 60])).toEqual(['counts-in-two-bytes']);
    expect(lost([62, 62, 60], 100)).toEqual(['short-write-is-not-continued']);
  });
});

describe('a reply that is wrong from the size of a buffer on', () => {
  const [anySize, owed, late] = [
    'payload/every-size',
    'half-close/sends-all-it-owes',
    'stream/reader-starts-late',
  ] as const;
  const wrong = (length: number, at: number, goesOnAt?: number): Finding => ({
    kind: 'bytes',
    at,
    ...(goesOnAt === undefined ? { reordered: false } : { goesOnAt }),
    expected: { ...excerpt('k'), length },
    observed: { ...excerpt('l'), length },
  });
  const alike = failed('stream/replies-at-once-at-any-size', wrong(4097, 4096));

  test('comes from a ring where each byte is one place on, from that size on', () => {
    const found = (goesOnAt: number) =>
      named([
        passed(oneMessage),
        failed(anySize, wrong(4097, 4096)),
        alike,
        failed(late, wrong(65_536, 4096, goesOnAt)),
      ]);

    expect(found(4097)).toEqual([['ring-wraps-at-the-wrong-place', 'likely']]);
    expect(found(8192)).toEqual([['buffer-filled-before-it-is-sent', 'likely']]);
  });

  test('comes from a buffer that is filled again where what came first is wrong', () => {
    const early = [anySize, 'stream/replies-at-once-at-any-size', owed] as const;
    const found = named(early.map((id) => failed(id, wrong(4097, 0))));

    expect(found).toEqual([['buffer-filled-before-it-is-sent', 'likely']]);
  });

  test('does not end there where later bytes follow', () => {
    const stops = refused(anySize, 4097, 4096);

    expect(named([passed(oneMessage), stops]).map(([id]) => id)).toContain(
      'reply-stops-at-the-buffer',
    );
    expect(
      named([passed(oneMessage), stops, failed(late, wrong(65_536, 4096))]).map(([id]) => id),
    ).not.toContain('reply-stops-at-the-buffer');
  });
});
