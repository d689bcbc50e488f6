import { expect, test } from 'vitest';
import type { TranscriptEntry, TranscriptRecord } from '../../../../clients/transcript.ts';
import { excerpt, failedIn } from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import { diagnose } from '../../diagnose.ts';

/** A client that was answered `klm`, heard each of `then` 400 ms behind the one before, and spoke again. */
function idled(...then: readonly string[]): TranscriptRecord {
  const entries: TranscriptEntry[] = [
    { kind: 'connected', atMicros: 0 },
    { kind: 'sent', bytes: excerpt('klm'), atMicros: 1000 },
    ...['klm', ...then].map((said, nth): TranscriptEntry => ({
      kind: 'received',
      bytes: excerpt(said),
      atMicros: 2000 + nth * 400_000,
    })),
    { kind: 'sent', bytes: excerpt('qrs'), atMicros: 1_000_000 },
  ];
  return { client: 'A', sentBytes: 6, receivedBytes: 3 * (then.length + 1), entries };
}

const found = (...then: readonly string[]) => {
  const [at, came] = [3, `klm${then.join('')}`];
  const finding = {
    kind: 'bytes',
    at,
    reordered: false,
    expected: excerpt('klmqrs'),
    observed: excerpt(came),
  } as const;
  return diagnose([failedIn('half-close/keeps-idle-clients', finding, idled(...then))], echo);
};

test('a last reply that comes again while its client says nothing is told as such, and how often', () => {
  const [cause, ...others] = found('klm', 'klm');

  expect(others).toEqual([]);
  expect(cause?.id).toBe('repeats-its-last-reply');
  expect(cause?.shows).toContain('the same again, 400 ms later (2 times before it spoke)');
});

test('anything else that comes meanwhile is a word of the server’s own', () => {
  expect(found('tick').map(({ id }) => id)).toEqual(['speaks-by-itself']);
  expect(found('klm', 'tick').map(({ id }) => id)).not.toContain('repeats-its-last-reply');
});
