import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Received } from '../../clients/connection/connection.ts';
import { Violation } from './behaviour.ts';
import {
  expectFin,
  expectNothingMore,
  expectReply,
  firstDifference,
  isPrefix,
  TooSlow,
  type PlaceInStream,
} from './expect.ts';

const received = (text: string, end: Received['end'] = 'complete', waitedMs = 0): Received => ({
  bytes: Buffer.from(text),
  end,
  waitedMs,
});

function violationOf(check: () => void): Violation {
  try {
    check();
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
  throw new Error('Nothing was violated.');
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('a reply', () => {
  it.each<Received['end']>(['complete', 'fin', 'reset', 'silence'])(
    'that is exactly what is owed is accepted, whatever comes then (%s)',
    (end) => {
      expect(() => expectReply(received('abc', end), Buffer.from('abc'))).not.toThrow();
    },
  );

  it('that was still coming when it was given up is too slow, and breaks no promise', () => {
    const check = (): void => expectReply(received('ab', 'drip', 4000), Buffer.from('abcd'));

    expect(check).toThrow(TooSlow);
    expect(check).toThrow('too slow: 2 of 4 bytes had come after 4.0 s, a few at a time');
    const later = { verifiedBytes: 10, tail: Buffer.from('9') };
    expect(() => expectReply(received('ab', 'drip', 4000), Buffer.from('abcd'), later)).toThrow(
      'too slow: 12 of 14 bytes had come after 4.0 s, a few at a time',
    );
    expect(() => expectReply(received('aX', 'drip', 4000), Buffer.from('abcd'))).toThrow(Violation);
  });

  it('with a wrong byte is told by its offset and both values', () => {
    const { message, finding } = violationOf(() =>
      expectReply(received('abXd'), Buffer.from('abcd')),
    );

    expect(message).toBe('Byte 2 of the reply is 0x58 where 0x63 was expected.');
    expect(finding).toEqual({
      kind: 'bytes',
      at: 2,
      reordered: false,
      expected: { hex: hex('abcd'), offset: 0, length: 4 },
      observed: { hex: hex('abXd'), offset: 0, length: 4 },
    });
  });

  it('that is whole is told whether it holds what is owed in another order', () => {
    const reordered = (came: string, place?: Parameters<typeof expectReply>[2]): unknown => {
      const { finding } = violationOf(() =>
        expectReply(received(came), Buffer.from('abcd'), place),
      );
      return finding.kind === 'bytes' ? finding.reordered : finding.kind;
    };

    expect(reordered('cdab')).toBe(true);
    expect(reordered('cdcd')).toBe(false);
    expect(reordered('cdabe')).toBeUndefined();
    expect(reordered('cdab', { verifiedBytes: 4, tail: Buffer.from('abcd') })).toBeUndefined();
  });

  it('is shown from a little before the first difference on', () => {
    const right = 'a'.repeat(500);
    const { finding } = violationOf(() =>
      expectReply(
        received(`${right}X${'b'.repeat(500)}`),
        Buffer.from(`${right}${'b'.repeat(501)}`),
      ),
    );

    expect(finding).toMatchObject({
      at: 500,
      expected: { offset: 484, length: 1001, hex: hex('a'.repeat(16) + 'b'.repeat(48)) },
      observed: { offset: 484, length: 1001, hex: hex('a'.repeat(16) + 'X' + 'b'.repeat(47)) },
    });
  });

  it('is shown with what came before it, where the place in the stream is known', () => {
    const place: PlaceInStream = { verifiedBytes: 1000, tail: Buffer.from('0123456789abcdefghij') };

    const { message, finding } = violationOf(() =>
      expectReply(received('yX'), Buffer.from('yz'), place),
    );

    expect(message).toBe('Byte 1001 of the reply is 0x58 where 0x7a was expected.');
    expect(finding).toEqual({
      kind: 'bytes',
      at: 1001,
      // 16 bytes before the difference: 15 of what came before, and one that was right.
      expected: { hex: hex('56789abcdefghijyz'), offset: 985, length: 1002 },
      observed: { hex: hex('56789abcdefghijyX'), offset: 985, length: 1002 },
    });
  });

  it.each([
    ['abc', 'ab', 'The server sent 1 byte more than it was sent.'],
    ['abcd', 'ab', 'The server sent 2 bytes more than it was sent.'],
  ])('that goes on is told by how much', (observed, owed, sentence) => {
    // Right so far but longer: the surplus stands behind what was owed.
    const { message } = violationOf(() =>
      expectNothingMore(received(observed.slice(owed.length)), undefined),
    );

    expect(message).toBe(sentence);
    const behind = violationOf(() => expectReply(received(observed), Buffer.from(owed)));
    expect(behind.message).toBe(
      `After ${owed.length} right bytes the server sent ${sentence.slice('The server sent '.length)}`,
    );
    expect(behind.finding).toMatchObject({ kind: 'bytes', at: owed.length });
  });

  it.each<[Received, string, object]>([
    [
      received('', 'silence', 2000),
      'The server sent none of the 4 bytes owed within 2000 ms, and kept the connection open.',
      { kind: 'silence', awaited: 'reply', waitedMs: 2000 },
    ],
    [
      received('ab', 'silence', 150),
      'The server sent only 2 of the 4 bytes owed, then nothing for 150 ms, and kept the connection open.',
      { kind: 'silence', awaited: 'reply', waitedMs: 150 },
    ],
    [
      received('ab', 'fin'),
      'The server sent only 2 of the 4 bytes owed, then closed the connection (FIN).',
      { kind: 'ended', by: 'fin' },
    ],
    [
      received('abc', 'reset'),
      'The server reset the connection (RST): only 3 of the 4 bytes owed had arrived.',
      { kind: 'ended', by: 'reset' },
    ],
  ])('that is short is told with why (%#)', (short, sentence, finding) => {
    const violation = violationOf(() => expectReply(short, Buffer.from('abcd')));

    expect(violation.message).toBe(sentence);
    expect(violation.finding).toMatchObject({
      ...finding,
      expected: { hex: hex('abcd'), offset: 0, length: 4 },
      observed: { hex: short.bytes.toString('hex'), offset: 0, length: short.bytes.length },
    });
  });

  it.each<[Received, string]>([
    [
      received('', 'silence', 2000),
      'The server did not send the byte that it owed within 2000 ms, and kept the connection open.',
    ],
    [
      received('', 'fin'),
      'The server did not send the byte that it owed, then closed the connection (FIN).',
    ],
    [
      received('', 'reset'),
      'The server reset the connection (RST): the byte owed had not arrived.',
    ],
  ])('of one byte that is missing is told so (%#)', (missing, sentence) => {
    expect(violationOf(() => expectReply(missing, Buffer.from('a'))).message).toBe(sentence);
  });

  it('that is wrong and short is told by the wrong byte', () => {
    const { finding } = violationOf(() => expectReply(received('aX', 'fin'), Buffer.from('abcd')));

    expect(finding).toMatchObject({ kind: 'bytes', at: 1 });
  });
});

describe('nothing more', () => {
  it('is accepted', () => {
    expect(() => expectNothingMore(received('', 'fin'))).not.toThrow();
  });

  it('is told with how much was right when something comes', () => {
    const place: PlaceInStream = { verifiedBytes: 10, tail: Buffer.from('right') };

    const { message, finding } = violationOf(() => expectNothingMore(received('X'), place));

    expect(message).toBe('After 10 right bytes the server sent 1 byte more than it was sent.');
    expect(finding).toEqual({
      kind: 'bytes',
      at: 10,
      expected: { hex: hex('right'), offset: 5, length: 10 },
      observed: { hex: hex('rightX'), offset: 5, length: 11 },
    });
  });
});

describe('a FIN', () => {
  it('is accepted', () => {
    expect(() => expectFin(received('', 'fin'))).not.toThrow();
  });

  it('that is an RST is told', () => {
    const { message, finding } = violationOf(() => expectFin(received('', 'reset')));

    expect(message).toBe('The server ended the connection by RST where a FIN was expected.');
    expect(finding).toMatchObject({ kind: 'ended', by: 'reset' });
  });

  it('that does not come is told with how long it was waited for', () => {
    const { message, finding } = violationOf(() => expectFin(received('', 'silence', 321)));

    expect(message).toBe(
      'The client ended its side (FIN); the server did not end its own within 321 ms.',
    );
    expect(finding).toMatchObject({ kind: 'silence', awaited: 'fin', waitedMs: 321 });
  });
});

describe('the first difference', () => {
  it('is found wherever it is', () => {
    const bytes = fc.uint8Array({ maxLength: 40, max: 2 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const at = firstDifference(left, right);
        expect(left.subarray(0, at)).toEqual(right.subarray(0, at));
        if (at < Math.min(left.length, right.length)) expect(left[at]).not.toBe(right[at]);
        expect(isPrefix(left, right)).toBe(at === left.length);
      }),
    );
  });
});

describe('an end that does not come because bytes still do', () => {
  it.each<Received['end']>(['drip', 'overflow'])('is told by how many there were (%s)', (end) => {
    const { message, finding } = violationOf(() => expectFin(received('....', end, 4000)));

    expect(message).toBe('After the client’s FIN the server sent on and on.');
    expect(finding).toMatchObject({ kind: 'other', observed: '4 bytes and no end' });
  });
});

describe('where a stream goes on', () => {
  /** Blocks of 10,000 bytes that begin alike and end each in its own way. */
  const alike = Array.from({ length: 10_000 }, (_, at) =>
    String.fromCharCode(33 + ((at * at) % 89)),
  );
  const head = alike
    .join('')
    .replace(/(.{7})/gu, (seven, _, at: number) => `${seven}${at}`)
    .slice(0, 9000);
  const stream = Buffer.from(
    Array.from({ length: 6 }, (_, block) => head + `<${block}>`.repeat(334).slice(0, 1000)).join(
      '',
    ),
  );
  const goesOnAt = (observed: Buffer): number | undefined => {
    const { finding } = violationOf(() =>
      expectReply({ bytes: observed, end: 'complete', waitedMs: 0 }, stream),
    );
    return finding.kind === 'bytes' ? finding.goesOnAt : undefined;
  };
  const at = (...parts: [from: number, until: number][]): Buffer =>
    Buffer.concat(parts.map(([from, until]) => stream.subarray(from, until)));

  it.each([
    [
      'behind what is missing, also when more than a block is',
      at([0, 15_000], [38_000, 49_999]),
      38_000,
    ],
    ['before it, when a part came again', at([0, 25_500], [8000, 30_000]), 8000],
    [
      'where it agrees the longest before more is lost',
      at([0, 15_000], [38_000, 49_990], [51_000, 55_000]),
      38_000,
    ],
  ])('is %s', (_, observed, place) => {
    expect(goesOnAt(observed)).toBe(place);
  });

  it('is not said where two places agree as well', () => {
    expect(goesOnAt(at([0, 15_000], [38_000, 38_500]))).toBeUndefined();
  });
});
