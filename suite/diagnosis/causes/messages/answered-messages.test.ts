import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../../clients/transcript.ts';
import { answeredOn } from './answered-messages.ts';

const message = Buffer.from('abcdef');

/** The record of a client that says so many messages, and is not answered after `answered` of them. */
function recordOf(answered: number, piecesOf: (nth: number) => number = () => 1) {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  for (let nth = 0; nth < answered; nth += 1) {
    transcript.sent(message);
    const pieces = piecesOf(nth);
    for (let piece = 0; piece < pieces; piece += 1) transcript.received(message.subarray(0, 1));
  }
  transcript.sent(message);
  transcript.add({ kind: 'fin-received', afterBytes: transcript.receivedBytes });
  return transcript.record();
}

describe('how many messages were answered', () => {
  it('is exact, whether few or many of them were left out of the record', () => {
    const counts = Array.from({ length: 300 }, (_, count) => count);

    expect(counts.map((count) => answeredOn(recordOf(count)))).toEqual(counts);
  });

  it('is not told where replies came in pieces', () => {
    const twice = recordOf(200, () => 2);
    const once = recordOf(200, (nth) => (nth === 100 ? 2 : 1));

    expect([answeredOn(twice), answeredOn(once)]).toEqual([undefined, undefined]);
  });
});
