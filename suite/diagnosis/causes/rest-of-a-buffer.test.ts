// What is kept back for good: reads of a few bytes, of which the last one drops what is less.
import { expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../clients/transcript.ts';
import { excerpt, failedIn, passed } from '../../../fixtures/support/run-events.ts';
import { echo } from '../../contracts/echo.ts';
import type { RunEvent } from '../../events/events.ts';
import { answersOnlyFullBuffers } from '../../theories/deviations/waits.ts';
import { atOnce, foretell } from '../../theories/experiment.ts';
import type { BehaviourId } from '../../behaviours/behaviours.ts';
import { diagnose } from '../diagnose.ts';

/** A client that sent `sent` with its FIN behind it, and heard `came` before the server's own. */
function cutOff(id: BehaviourId, sent: string, came: string): RunEvent {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent));
  transcript.add({ kind: 'fin-sent' });
  if (came !== '') transcript.received(Buffer.from(came));
  transcript.add({ kind: 'fin-received', afterBytes: came.length });
  const record: TranscriptRecord = transcript.record();
  const sides = { expected: excerpt(sent), observed: excerpt(came) };
  return failedIn(id, { kind: 'ended', by: 'fin', ...sides }, record);
}

const showsOf = (...events: readonly RunEvent[]): string | undefined =>
  diagnose([passed('payload/answers'), ...events], echo).find(
    ({ id }) => id === 'waits-for-a-full-buffer',
  )?.shows;

test('what fills no buffer of a few bytes is said to wait for a full one', () => {
  const short = cutOff('payload/one-message', 'b', '');

  expect(showsOf(short)).toBe(
    'A message of 1 byte was not answered, not even when its client had ended its side; one of 8 bytes was.',
  );
  expect(showsOf(short, cutOff('payload/every-size', 'bcdfghjklm', 'bcdfghjk'))).toBe(
    'Of 10 bytes 8 came back; the rest did not, not even when the client had ended its side.',
  );
});

test('nothing is said to wait where another count came back, or the first message had no answer', () => {
  const short = cutOff('payload/one-message', 'b', '');

  expect(showsOf(short, cutOff('payload/every-size', 'bcdfghjklm', 'b'))).toBeUndefined();
  expect(showsOf(cutOff('payload/answers', 'bcdfghjk', ''), short)).toBeUndefined();
});

test('the rest is foretold to be dropped at the end of the client’s side', () => {
  const foretold = foretell(answersOnlyFullBuffers(4), atOnce(Buffer.from('klmnopqrst')), echo);

  expect(foretold).toMatchObject({ bytes: Buffer.from('klmnopqr') });
});
