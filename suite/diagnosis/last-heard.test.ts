import { expect, test } from 'vitest';
import type { TranscriptEntry, TranscriptRecord } from '../../clients/transcript.ts';
import { began, excerpt, failedIn, passed } from '../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import type { Finding, RunEvent } from '../events/events.ts';
import { diagnose } from './diagnose.ts';

/** A client that sent `sent` at that millisecond, waited two seconds, ended its side and waited again. */
function inVain(sent: string, atMs: number): TranscriptRecord {
  const at = (afterMs: number): number => (atMs + afterMs) * 1000;
  const entries: TranscriptEntry[] = [
    { kind: 'connected', atMicros: at(0) },
    { kind: 'sent', bytes: excerpt(sent), atMicros: at(0) },
    { kind: 'silence', waitedMs: 2000, awaited: 'reply', atMicros: at(2000) },
    { kind: 'fin-sent', atMicros: at(2000) },
    { kind: 'silence', waitedMs: 2000, awaited: 'fin', atMicros: at(4000) },
  ];
  return { client: 'A', sentBytes: sent.length, receivedBytes: 0, entries };
}

const hasPassed = (id: BehaviourId): RunEvent[] => [began(id), passed(id)];

function unanswered(id: BehaviourId, sent: string, atMs: number, awaited = 'reply'): RunEvent[] {
  const finding: Finding = {
    kind: 'silence',
    awaited,
    waitedMs: 2000,
    expected: excerpt(sent),
    observed: excerpt(''),
  };
  return [began(id), failedIn(id, finding, inVain(sent, atMs))];
}

const silences = [
  ...unanswered('payload/each-byte-value-alone', '{', 300),
  ...unanswered('payload/any-bytes', 'x{y', 300),
  ...unanswered('payload/any-text', '{', 320),
  ...unanswered('half-close/closes-too', 'bystander', 9000, 'fin'),
];

test('silence of a server that answered nobody any more tells of that alone', () => {
  const causes = diagnose([...hasPassed('payload/one-message'), ...silences], echo);

  expect(causes.map(({ id }) => id)).toEqual(['stops-answering-anybody']);
  expect(causes[0]?.explains).toHaveLength(4);
  expect(causes[0]?.shows).toContain('payload/one-message');
});

test('a server that was started again after it had answered nobody is said to have come to that all the same', () => {
  const known = silences.map((event) =>
    event.type === 'behaviour-finished' && event.verdict.kind === 'failed'
      ? { ...event, verdict: { ...event.verdict, nobodyAnswered: true } }
      : event,
  );
  // Whatever family they are of: that nobody else was answered either was seen.
  const events = [...known.slice(0, 6), ...hasPassed('process/restarts-on-the-same-port')];
  const causes = diagnose(
    [...hasPassed('payload/one-message'), ...events, ...hasPassed('stream/in-order')],
    echo,
  );

  expect(causes.map(({ id }) => id)).toEqual(['stops-answering-anybody']);
  expect(causes[0]?.shows).toContain('payload/one-message');
});

test('two silences at the end of a run are left unexplained: they may have to do with their bytes', () => {
  expect(diagnose([...hasPassed('payload/one-message'), ...silences.slice(0, 4)], echo)).toEqual(
    [],
  );
});

test('silence of a server that answered others after it tells of what was sent', () => {
  const causes = diagnose(
    [...hasPassed('payload/one-message'), ...silences, ...hasPassed('concurrency/many-at-once')],
    echo,
  );

  expect(causes.map(({ id }) => id)).toContain('ignores-end-of-file');
  expect(causes.map(({ id }) => id)).toContain('drops-a-byte-value');
  expect(causes.map(({ id }) => id)).not.toContain('stops-answering-anybody');
});

test('who only was let in, or passed before it ended, is no witness that the server still answered', () => {
  const [start, end] = hasPassed('stream/in-order');
  const events = [start, ...silences, end, ...hasPassed('robustness/stays-up')].flatMap((event) =>
    event === undefined ? [] : [event],
  );

  expect(diagnose(events, echo).map(({ id }) => id)).toEqual(['stops-answering-anybody']);
});

test('what a server keeps of clients that it answered no more is no leak of its own', () => {
  const kept: Finding = {
    kind: 'other',
    expected: '50 open descriptors, as before',
    observed: '59 open descriptors',
  };
  const counted = (received: string): RunEvent[] => {
    const record = inVain('klm', 12_000);
    const answer: TranscriptEntry = {
      kind: 'received',
      bytes: excerpt(received),
      atMicros: 12_001_000,
    };
    const answered = {
      ...record,
      receivedBytes: received.length,
      entries: [...record.entries.slice(0, 2), answer],
    };
    const id = 'process/closes-descriptors';
    return [began(id), failedIn(id, kept, received === '' ? record : answered)];
  };
  const found = (received: string) =>
    diagnose(
      [...hasPassed('payload/one-message'), ...silences.slice(0, 4), ...counted(received)],
      echo,
    ).map(({ id }) => id);

  expect(found('')).toEqual(['stops-answering-anybody']);
  expect(found('klm')).toContain('descriptors-are-not-closed');
});
