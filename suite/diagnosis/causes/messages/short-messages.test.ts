import { expect, test } from 'vitest';
import { Transcript } from '../../../../clients/transcript.ts';
import {
  excerpt,
  failed,
  launched,
  passed,
  started,
} from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A client whose message of so many bytes was not answered. */
function unanswered(byteCount: number): RunEvent {
  const message = 'k'.repeat(byteCount);
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(message));
  transcript.add({ kind: 'silence', waitedMs: 200, awaited: 'reply' });
  return failed(
    'stream/replies-at-once-at-any-size',
    {
      kind: 'silence',
      awaited: 'reply',
      waitedMs: 200,
      expected: excerpt(message),
      observed: excerpt(''),
    },
    { conversation: [transcript.record()] },
  );
}

const named = (...events: readonly RunEvent[]) =>
  diagnose([started(launched), ...events], echo).map(({ id }) => id);

test('a message of one byte that is not answered, where usual ones are, is too short', () => {
  expect(named(passed('stream/replies-at-once'), unanswered(1))).toEqual([
    'leaves-short-messages-unanswered',
  ]);
});

test('where no message is answered at once, or a long one is not, it is no matter of a short one', () => {
  expect(named(unanswered(1))).not.toContain('leaves-short-messages-unanswered');
  expect(named(passed('stream/replies-at-once'), unanswered(512))).not.toContain(
    'leaves-short-messages-unanswered',
  );
});
