// A server that answers once and strips what it answers has two faults, and each of them is named.
import { expect, test } from 'vitest';
import { Transcript } from '../../clients/transcript.ts';
import { excerpt, failed, launched, started } from '../../fixtures/support/run-events.ts';
import { echo } from '../contracts/echo.ts';
import type { Finding, TranscriptRecord } from '../events/events.ts';
import { diagnose } from './diagnose.ts';

/** The server ended it when a part of what was due had come. */
const ended = (due: string, came: string): Finding => ({
  kind: 'ended',
  by: 'fin',
  expected: excerpt(due),
  observed: excerpt(came),
});

/** One connection: each message with what came back, and the server's FIN behind the first. */
function endedBehindTheFirst(...turns: readonly (readonly [string, string])[]): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  for (const [nth, [sent, received]] of turns.entries()) {
    transcript.sent(Buffer.from(sent));
    if (received !== '') transcript.received(Buffer.from(received));
    if (nth === 0) transcript.add({ kind: 'fin-received', afterBytes: transcript.receivedBytes });
  }
  return transcript.record();
}

const stripped = [
  failed('payload/line-endings', ended('kl\n', 'kl'), {
    conversation: [endedBehindTheFirst(['kl\n', 'kl'])],
  }),
  failed('payload/keeps-blanks', ended(' kl ', 'kl'), {
    conversation: [endedBehindTheFirst([' kl ', 'kl'])],
  }),
  failed('payload/utf8-text', ended('\n', ''), { conversation: [endedBehindTheFirst(['\n', ''])] }),
];
const once = failed('half-close/does-not-close-first', ended('mn', ''), {
  conversation: [endedBehindTheFirst(['kl', 'kl'], ['mn', ''])],
});

test('an end behind each first message says nothing of what the message was', () => {
  const causes = diagnose([started(launched), ...stripped, once], echo);

  expect(new Set(causes.map(({ id }) => id))).toEqual(
    new Set(['answers-only-once', 'trims-blanks']),
  );
  const trims = causes.find(({ id }) => id === 'trims-blanks');
  expect(trims?.explains).toEqual(
    expect.arrayContaining(['payload/line-endings', 'payload/keeps-blanks', 'payload/utf8-text']),
  );
  expect(causes.find(({ id }) => id === 'answers-only-once')?.explains).toEqual([
    'half-close/does-not-close-first',
  ]);
});

test('where conversations go on, an end behind a message is one of the message', () => {
  const causes = diagnose([started(launched), ...stripped], echo);

  expect(causes.map(({ id }) => id)).not.toContain('trims-blanks');
});
