import { expect, test } from 'vitest';
import { Transcript } from '../../../../clients/transcript.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent, TranscriptRecord } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A client that says `count` messages of `byteCount` bytes, and then hears `cameBytes`. */
function talked(count: number, byteCount: number, cameBytes = count * byteCount): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  for (let nth = 0; nth < count; nth += 1) transcript.sent(Buffer.alloc(byteCount, 'k'));
  transcript.received(Buffer.alloc(cameBytes, 'k'));
  transcript.add({ kind: 'fin-sent' });
  return transcript.record();
}

const found = (...conversation: TranscriptRecord[]) => {
  const failure: RunEvent = {
    type: 'behaviour-finished',
    id: 'payload/answers',
    durationMs: 1,
    verdict: {
      kind: 'failed',
      summary: 'It is wrong.',
      finding: { kind: 'other', expected: 'a reply', observed: 'none' },
      conversation,
      tally: { failed: 3, of: 3 },
      hint: '',
      again: { command: '', token: '' },
    },
  };
  return diagnose([failure], echo).map(({ id }) => id);
};

test('as many short messages as longer ones bring an answer to all of them: it is their number', () => {
  expect(found(talked(16, 1), talked(16, 5))).toContain('answers-in-groups');
  expect(found(talked(2, 1), talked(2, 5))).toContain('answers-in-groups');
});

test('messages that were read together count as one', () => {
  expect(found(talked(16, 1), talked(19, 5), talked(17, 1), talked(16, 5))).toContain(
    'answers-in-groups',
  );
});

test.each([
  ['fewer of them are as many bytes', [talked(20, 1), talked(4, 5)]],
  ['they differ in number', [talked(16, 1), talked(19, 5)]],
  ['not all of them are answered', [talked(16, 1, 15), talked(16, 5, 75)]],
  ['messages of one size alone were said', [talked(16, 1), talked(16, 1)]],
  ['the first one is answered', [talked(1, 1), talked(1, 5)]],
])('where %s it is not their number', (_, conversation) => {
  expect(found(...conversation)).not.toContain('answers-in-groups');
});
