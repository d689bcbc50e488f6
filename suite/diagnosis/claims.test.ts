// What a cause may claim: no more than the replies of the run bear out.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../clients/transcript.ts';
import { began, differs, excerpt, failedIn, passed } from '../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import type { Finding, RunEvent } from '../events/events.ts';
import { diagnose } from './diagnose.ts';

const hasPassed = (id: BehaviourId): RunEvent[] => [began(id), passed(id)];

/** A client that sent one message, and heard `came`. */
function talk(sent: string, came: string): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent, 'latin1'));
  if (came !== '') transcript.received(Buffer.from(came, 'latin1'));
  return transcript.record();
}

const wrong = (id: BehaviourId, sent: string, came: string): RunEvent =>
  failedIn(id, differs(sent, came), talk(sent, came));

const named = (events: readonly RunEvent[]): string[] => diagnose(events, echo).map(({ id }) => id);

describe('replies that are wrong from some client on', () => {
  const cause = 'goes-wrong-after-some-clients';
  const afterAll = [
    wrong('accept/serves-clients-in-turn', 'XlCoMQjy', 'YlCoMQjy'),
    wrong('concurrency/any-interleaving', 'b', 'c'),
    wrong('robustness/survives-reset-at-once', 'XlCo', 'YlCo'),
  ];
  const bySize = ['payload/line-endings', 'payload/keeps-blanks', 'payload/every-size'] as const;
  const swapped = bySize.map((id) => wrong(id, 'bo', 'ob'));

  test('need no letter of the first message where messages of all sizes came back rightly', () => {
    const events = [...hasPassed('payload/one-message'), ...hasPassed('payload/every-size')];

    expect(named([...events, ...afterAll])).toContain(cause);
  });

  test('are told by messages around the length of the first, where nothing longer was tried', () => {
    const around = [
      wrong('payload/any-text', 'h', 'i'),
      wrong('stream/replies-at-once', 'XlCo', 'YlCo'),
      wrong('accept/serves-clients-in-turn', 'XlCoMQjy', 'YlCoMQjy'),
    ];

    expect(named([...hasPassed('payload/one-message'), ...around])).toContain(cause);
    expect(named([...hasPassed('payload/one-message'), ...swapped])).not.toContain(cause);
  });

  test('are not what it is where a later client was answered rightly', () => {
    const early = hasPassed('payload/one-message');

    expect(named([...early, ...afterAll, ...hasPassed('stream/in-order')])).not.toContain(cause);
    const since = hasPassed('payload/every-size');
    expect(named([...early, ...since, ...afterAll, ...hasPassed('stream/in-order')])).not.toContain(
      cause,
    );
  });

  test('are not what it is where only clients beside others are answered wrongly', () => {
    const beside = (['no-byte-crosses-over', 'many-at-once', 'churn'] as const).map((name) =>
      failedIn(
        `concurrency/${name}`,
        differs('abcd', 'klmn'),
        talk('abcd', 'klmn'),
        talk('klmn', 'klmn'),
      ),
    );
    const events = [...hasPassed('payload/one-message'), ...hasPassed('payload/every-size')];

    expect(named([...events, ...beside])).not.toContain(cause);
  });
});

const half = 'half-close/fin-right-behind-the-data';

describe('a byte far into a conversation', () => {
  const cause = 'damages-a-byte-far-in';
  const long = 'b'.repeat(1500);
  const flipped = `${'b'.repeat(1200)}c${'b'.repeat(299)}`;

  test('is damaged where another came in its place, and right ones after it', () => {
    expect(named([failedIn(half, differs(long, flipped, 1200), talk(long, flipped))])).toEqual([
      cause,
    ]);
  });

  test('is not damaged where more came than was sent', () => {
    const sent = `${'b'.repeat(1024)}J`;
    const came = 'b'.repeat(2048) + 'J';
    const finding = differs(sent, came.slice(0, sent.length), 1024);

    expect(named([failedIn(half, finding, talk(sent, came))])).not.toContain(cause);
  });

  test('is no matter of where it stands when bytes at the beginning are damaged as well', () => {
    const late = failedIn(half, differs(long, flipped, 1200), talk(long, flipped));

    expect(named([late, wrong('accept/serves-clients-in-turn', 'FQGd', 'GQGd')])).not.toContain(
      cause,
    );
  });
});

describe('a read that fills the buffer', () => {
  const full = 'b'.repeat(511) + 'c';
  const twice = (id: BehaviourId): RunEvent =>
    failedIn(id, differs(full, full + full, 512), talk(full, full + full));

  test('is sent twice where the reply is twice as long, and a short one is not', () => {
    const ids = [
      'payload/every-size',
      'payload/any-bytes',
      'stream/replies-at-once-at-any-size',
    ] as const;
    const causes = diagnose([...hasPassed('payload/one-message'), ...ids.map(twice)], echo);

    expect(causes.map(({ id, confidence }) => [id, confidence])).toEqual([
      ['sends-a-full-read-twice', 'likely'],
    ]);
    expect(causes[0]?.explains).toHaveLength(3);
    expect(named([twice('payload/every-size')])).not.toContain('sends-a-full-read-twice');
  });

  test('loses a byte in whichever behaviours the same size shows it', () => {
    const ids = ['payload/every-size', 'payload/any-bytes', half] as const;
    const short = ids.map((id) => {
      const finding: Finding = {
        ...{ kind: 'ended', by: 'fin' },
        ...{ expected: excerpt(full), observed: excerpt(full.slice(0, -1)) },
      };
      return failedIn(id, finding, talk(full, full.slice(0, -1)));
    });
    const causes = diagnose([...hasPassed('half-close/sends-all-it-owes'), ...short], echo);

    expect(causes.map(({ id, explains }) => [id, [...explains]])).toEqual([
      ['loses-a-byte-of-a-full-buffer', ids],
    ]);
  });

  test('sends a NUL for its last byte where a message of just that size shows it, and no short one', () => {
    const spoilt = (sent: string): string => `${sent.slice(0, 511)}\0${sent.slice(512)}`;
    const longer = full + 'kl';
    const events = [
      failedIn('payload/every-size', differs(full, spoilt(full), 511), talk(full, spoilt(full))),
      failedIn(half, differs(longer, spoilt(longer), 511), talk(longer, spoilt(longer))),
    ];
    const short = wrong('payload/one-message', 'b', '\0');

    expect(named([...hasPassed('payload/one-message'), ...events])).toEqual([
      'loses-a-byte-of-a-full-buffer',
    ]);
    expect(named([short, ...events])).not.toContain('loses-a-byte-of-a-full-buffer');
    expect(named(events.slice(1))).not.toContain('loses-a-byte-of-a-full-buffer');
  });
});

test('a NUL that is missing alone is no end of the reply', () => {
  const events = [
    wrong('payload/nul-bytes', 'k\0l', 'kl'),
    wrong('payload/any-bytes', 'a\0bc', 'abc'),
  ];

  expect(named(events)).toEqual(['leaves-out-nuls']);
});

describe('letters beyond a to z', () => {
  const sent = (id: BehaviourId, said: Buffer, came: Buffer): RunEvent =>
    wrong(id, said.toString('latin1'), came.toString('latin1'));
  const western = sent('payload/utf8-text', Buffer.from('ï'), Buffer.from('Ï'));
  const stray = Buffer.of(0xff, 0x80);
  const cyrillic = sent(
    'payload/any-bytes',
    Buffer.concat([Buffer.from('ӱ'), stray]),
    Buffer.concat([Buffer.from('Ӱ'), stray]),
  );

  test('are those of all alphabets where others are raised, and bytes that are not UTF-8 kept', () => {
    const [cause, ...others] = diagnose([western, cyrillic], uppercase);

    expect(others).toEqual([]);
    expect(cause?.id).toBe('raises-unicode-letters');
    expect(cause?.explains).toHaveLength(2);
    expect(cause?.shows).toContain('all alphabets');
  });

  test('are said to be those of Western Europe where no others were seen', () => {
    const other = sent('payload/any-text', Buffer.from('éß'), Buffer.from('ÉSS'));

    expect(diagnose([western, other], uppercase)[0]?.shows).toContain('Western Europe');
  });
});
