// What a server shows that ends connections under megabytes: for so many bytes, for so many messages, or for a late reader.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../clients/transcript.ts';
import { excerpt, failedIn, launched, started } from '../../../fixtures/support/run-events.ts';
import { echo } from '../../contracts/echo.ts';
import type { Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

const ended: Finding = {
  kind: 'ended',
  by: 'reset',
  expected: excerpt('k'.repeat(4096)),
  observed: excerpt(''),
};

const connected = (name: string): Transcript => {
  const transcript = new Transcript(name, performance.now());
  transcript.add({ kind: 'connected' });
  return transcript;
};

/** A client that is answered so many messages of one size, and then ended by the server. */
function answered(name: string, count: number, byteCount: number): TranscriptRecord {
  const transcript = connected(name);
  const message = Buffer.alloc(byteCount, 'k');
  for (let nth = 0; nth < count; nth += 1) {
    transcript.sent(message);
    transcript.received(message);
  }
  transcript.sent(message);
  transcript.add({ kind: 'reset-received', afterBytes: transcript.receivedBytes });
  return transcript.record();
}

/** A client that says much at once, and is ended with nothing. */
function atOnce(): TranscriptRecord {
  const transcript = connected('A');
  for (let nth = 0; nth < 7; nth += 1) transcript.sent(Buffer.alloc(262_144, 'k'));
  transcript.add({ kind: 'reset-received', afterBytes: 0 });
  return transcript.record();
}

function named(...asked: readonly TranscriptRecord[]): string[] {
  const events: RunEvent[] = [
    started(launched),
    failedIn('payload/megabytes', ended, atOnce(), ...asked),
    failedIn('stream/reader-starts-late', ended, atOnce()),
  ];
  return diagnose(events, echo).map(({ id }) => id);
}

describe('a connection that is ended under megabytes', () => {
  test('carries so many bytes, where messages of two sizes come to the same', () => {
    expect(named(answered('C', 256, 4096), answered('D', 700, 1500))).toEqual([
      'closes-after-some-bytes',
    ]);
    expect(named(answered('C', 245, 4096), answered('D', 667, 1500))).toEqual([
      'closes-after-some-bytes',
    ]);
  });

  test('carries so many messages, where those of two sizes are as many', () => {
    expect(named(answered('C', 256, 4096), answered('D', 256, 1500))).not.toContain(
      'closes-after-some-bytes',
    );
  });

  test('is ended for a late reader, where one that reads at once is not ended', () => {
    expect(named()).toEqual(['gives-up-on-a-full-socket-buffer']);
  });
});
