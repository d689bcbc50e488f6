// What a cause may claim: no more than the replies of the run bear out.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../clients/transcript.ts';
import { echo } from '../contracts/echo.ts';
import type { Failed, Finding, RunEvent } from '../events.ts';
import { diagnose } from './diagnose.ts';

function failed(id: string, finding: Finding, ...conversation: TranscriptRecord[]): RunEvent {
  const verdict: Failed = {
    kind: 'failed',
    summary: 'It failed.',
    finding,
    conversation,
    tally: { failed: 3, of: 3 },
    hint: '',
    again: { command: '', token: '' },
  };
  return { type: 'behaviour-finished', id, durationMs: 1, verdict };
}

const passed = (id: string): RunEvent[] => [
  { type: 'behaviour-started', id },
  { type: 'behaviour-finished', id, durationMs: 1, verdict: { kind: 'passed' } },
];

const excerpt = (text: string) => {
  const bytes = Buffer.from(text, 'latin1');
  return { hex: bytes.toString('hex'), offset: 0, length: bytes.length };
};

const differs = (due: string, came: string, at = 0): Finding => ({
  kind: 'bytes',
  at,
  expected: excerpt(due),
  observed: excerpt(came),
});

/** A client that sent one message, and heard `came`. */
function talk(sent: string, came: string): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent, 'latin1'));
  if (came !== '') transcript.received(Buffer.from(came, 'latin1'));
  return transcript.record();
}

const wrong = (id: string, sent: string, came: string): RunEvent =>
  failed(id, differs(sent, came), talk(sent, came));

const named = (events: readonly RunEvent[]): string[] => diagnose(events, echo).map(({ id }) => id);

describe('replies that are wrong from some client on', () => {
  const cause = 'goes-wrong-after-some-clients';
  const afterAll = [
    wrong('accept/serves-clients-in-turn', 'XlCoMQjy', 'YlCoMQjy'),
    wrong('concurrency/any-interleaving', 'b', 'c'),
    wrong('robustness/survives-reset-at-once', 'XlCo', 'YlCo'),
  ];
  const bySize = ['payload/line-endings', 'payload/keeps-blanks', 'payload/every-size'];
  const swapped = bySize.map((id) => wrong(id, 'bo', 'ob'));

  test('need no letter of the first message where messages of all sizes came back rightly', () => {
    const events = [...passed('payload/one-message'), ...passed('payload/every-size')];

    expect(named([...events, ...afterAll])).toContain(cause);
  });

  test('are told by messages around the length of the first, where nothing longer was tried', () => {
    const around = [
      wrong('payload/any-text', 'h', 'i'),
      wrong('stream/replies-at-once', 'XlCo', 'YlCo'),
      wrong('accept/serves-clients-in-turn', 'XlCoMQjy', 'YlCoMQjy'),
    ];

    expect(named([...passed('payload/one-message'), ...around])).toContain(cause);
    expect(named([...passed('payload/one-message'), ...swapped])).not.toContain(cause);
  });

  test('are not what it is where a later client was answered rightly', () => {
    const early = passed('payload/one-message');

    expect(named([...early, ...afterAll, ...passed('stream/in-order')])).not.toContain(cause);
    const since = passed('payload/every-size');
    expect(named([...early, ...since, ...afterAll, ...passed('stream/in-order')])).not.toContain(
      cause,
    );
  });

  test('are not what it is where only clients beside others are answered wrongly', () => {
    const beside = ['no-byte-crosses-over', 'many-at-once', 'churn'].map((name) =>
      failed(
        `concurrency/${name}`,
        differs('abcd', 'klmn'),
        talk('abcd', 'klmn'),
        talk('klmn', 'klmn'),
      ),
    );
    const events = [...passed('payload/one-message'), ...passed('payload/every-size')];

    expect(named([...events, ...beside])).not.toContain(cause);
  });
});
