import { expect, test } from 'vitest';
import { Transcript } from '../../../../clients/transcript.ts';
import {
  differs,
  excerpt,
  failed,
  launched,
  passed,
  started,
} from '../../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../../behaviours/behaviours.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A client that got the first `came` bytes of what it sent, and no more before both sides ended. */
function cut(id: BehaviourId, byteCount: number, came: number): RunEvent {
  const message = 'k'.repeat(byteCount);
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(message));
  transcript.add({ kind: 'fin-sent' });
  transcript.received(Buffer.from(message.slice(0, came)));
  transcript.add({ kind: 'fin-received', afterBytes: came });
  return failed(
    id,
    {
      kind: 'ended',
      by: 'fin',
      expected: excerpt(message),
      observed: excerpt(message.slice(0, came)),
    },
    { conversation: [transcript.record()] },
  );
}

const firstOf = (...events: readonly RunEvent[]) =>
  diagnose([started(launched), ...events], echo)[0];

const inTwo: readonly RunEvent[] = [
  passed('payload/one-message'),
  cut('payload/every-size', 100, 96),
  cut('half-close/fin-right-behind-the-data', 120, 96),
];
const followed = (at: number): RunEvent[] =>
  (['payload/megabytes', 'stream/slow-reader'] as const).map((id) =>
    failed(id, differs('k'.repeat(300), 'm'.repeat(300), at)),
  );

test('what comes back of each read is its beginning, also where it is not known which bytes came next', () => {
  expect(firstOf(...inTwo, ...followed(96))).toMatchObject({
    id: 'reply-stops-at-the-buffer',
    shows: expect.stringMatching(/exactly 96 bytes came back\. In a longer stream/u) as string,
  });
});

test('where other bytes come at another place, nothing is said of a longer stream', () => {
  expect(firstOf(...inTwo, ...followed(70))?.shows).not.toContain('longer stream');
});
