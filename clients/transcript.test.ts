import { describe, expect, it } from 'vitest';
import { excerpt, Transcript } from './transcript.ts';

describe('a transcript', () => {
  it('keeps what happened in order, stamped from the origin on', () => {
    const transcript = new Transcript('B', performance.now());
    transcript.add({ kind: 'connected' });
    transcript.sent(Buffer.from('ping'));
    transcript.received(Buffer.from('pong!'));
    transcript.add({ kind: 'fin-received', afterBytes: 5 });

    const { entries, ...totals } = transcript.record();

    expect(totals).toEqual({ client: 'B', sentBytes: 4, receivedBytes: 5 });
    expect(entries.map(({ kind }) => kind)).toEqual([
      'connected',
      'sent',
      'received',
      'fin-received',
    ]);
    expect(entries[1]).toMatchObject({ bytes: { hex: '70696e67', offset: 0, length: 4 } });
    const stamps = entries.map(({ atMicros }) => atMicros);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(stamps.every((stamp) => Number.isInteger(stamp) && stamp >= 0)).toBe(true);
  });

  it('is the same after a trip through JSON', () => {
    const transcript = new Transcript('A', performance.now());
    transcript.add({ kind: 'connected' });
    transcript.received(Buffer.from([0, 255]));
    transcript.add({ kind: 'silence', waitedMs: 12, awaited: 'reply' });
    transcript.add({ kind: 'reset-received', afterBytes: 2 });

    const record = transcript.record();

    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it('keeps a copy: the memory of a chunk is used again', () => {
    const transcript = new Transcript('A', 0);
    const chunk = Buffer.from('first');
    transcript.received(chunk);
    chunk.fill('x');

    expect(transcript.record().entries[0]).toMatchObject({ bytes: { hex: '6669727374' } });
  });

  it('keeps the head of what is long, and how long it was', () => {
    const transcript = new Transcript('A', 0);
    transcript.sent(Buffer.alloc(1000, 'a'));

    const bytes = { hex: '61'.repeat(64), offset: 0, length: 1000 };
    expect(transcript.record().entries[0]).toMatchObject({ kind: 'sent', bytes });
    expect(transcript.sentBytes).toBe(1000);
  });

  it.each([0, 1, 79, 80, 81, 119, 120, 121, 122, 161, 5000])(
    'of %d entries keeps the first and the last, and counts those between',
    (count) => {
      const transcript = new Transcript('A', 0);
      for (let index = 0; index < count; index += 1) {
        transcript.add({ kind: 'fin-received', afterBytes: index });
      }

      const { entries } = transcript.record();

      const numbers = entries.flatMap((entry) =>
        entry.kind === 'fin-received' ? [entry.afterBytes] : [],
      );
      const all = Array.from({ length: count }, (_, index) => index);
      expect(numbers).toEqual(count <= 80 ? all : [...all.slice(0, 40), ...all.slice(-40)]);
      const gaps = entries.flatMap((entry, index) =>
        entry.kind === 'omitted' ? [[index, entry.entries]] : [],
      );
      expect(gaps).toEqual(count <= 80 ? [] : [[40, count - 80]]);
      const stamps = entries.map(({ atMicros }) => atMicros);
      expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    },
  );

  it('may be told again and again, and goes on', () => {
    const transcript = new Transcript('A', 0);
    for (let index = 0; index < 300; index += 1) transcript.sent(Buffer.from('a'));

    expect(transcript.record()).toEqual(transcript.record());
    transcript.add({ kind: 'fin-sent' });
    expect(transcript.record().entries.at(-1)?.kind).toBe('fin-sent');
  });
});

describe('an excerpt', () => {
  it('is a window that says where it stands', () => {
    const bytes = Buffer.from('0123456789');

    expect(excerpt(bytes, 2, 3)).toEqual({ hex: '323334', offset: 2, length: 10 });
    expect(excerpt(bytes.subarray(5))).toEqual({ hex: '3536373839', offset: 0, length: 5 });
    expect(excerpt(bytes, 8, 64)).toEqual({ hex: '3839', offset: 8, length: 10 });
    expect(excerpt(new Uint8Array())).toEqual({ hex: '', offset: 0, length: 0 });
  });
});
