import { describe, expect, test } from 'vitest';
import { Transcript } from '../../../../clients/transcript.ts';
import {
  differs,
  failed,
  launched,
  passed,
  started,
  talk,
} from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent, TranscriptRecord } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A client that was told `words`, and saw its connection ended. */
function told(sent: string, words: string): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent));
  transcript.received(Buffer.from(words));
  transcript.add({ kind: 'fin-received', afterBytes: words.length });
  return transcript.record();
}

const busy = 'busy\r\n';
const sentAway: readonly RunEvent[] = [
  failed('payload/nul-bytes', differs('kl', busy), { conversation: [told('kl', busy)] }),
  failed('stream/in-order', differs('mnop', busy), { conversation: [told('mnop', busy)] }),
];
const named = (...events: readonly RunEvent[]) =>
  diagnose([started(launched), ...events], echo).map(({ id }) => id);

describe('a client that is told in words that it is not served', () => {
  test('is sent away where others are answered', () => {
    expect(named(passed('payload/one-message'), ...sentAway)).toEqual([
      'answers-some-clients-with-a-text',
    ]);
  });

  test('is told what every message is answered with, where none is answered rightly', () => {
    const every = [
      failed('payload/one-message', differs('kl', busy), { conversation: [talk('kl', busy)] }),
      failed('payload/nul-bytes', differs('mnop', busy), { conversation: [talk('mnop', busy)] }),
    ];

    expect(named(...every)).toEqual(['same-text-for-every-message']);
  });

  test('is not sent away where words that programs obey are answered so', () => {
    const obeyed = ['GET / HTTP/1.0', 'GET / HTTP/1.1'].map((word) =>
      failed('payload/no-word-is-special', differs(word, busy), {
        conversation: [talk(word, busy)],
      }),
    );

    expect(named(passed('payload/one-message'), ...obeyed)).not.toContain(
      'answers-some-clients-with-a-text',
    );
  });

  test('is not sent away where all that get the words begin alike: they are the answer to that', () => {
    const unknown = 'unknown command\n';
    const commands = (['payload/each-byte-value-alone', 'payload/any-bytes'] as const).map(
      (id, nth) => {
        const sent = nth === 0 ? '/' : '/k';
        return failed(id, differs(sent, unknown), { conversation: [talk(sent, unknown)] });
      },
    );

    expect(named(passed('payload/one-message'), ...commands)).toEqual(['obeys-a-word']);
  });

  test('is not sent away by words that differ', () => {
    const another = failed('stream/any-cuts', differs('qr', 'gone\r\n'), {
      conversation: [told('qr', 'gone\r\n')],
    });

    expect(named(passed('payload/one-message'), ...sentAway, another)).not.toContain(
      'answers-some-clients-with-a-text',
    );
  });
});
