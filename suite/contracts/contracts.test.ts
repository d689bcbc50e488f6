import { describe, expect, it } from 'vitest';
import { byteShift } from './byte-shift.ts';
import { cStringEcho } from './c-string-echo.ts';
import { choiceOf, choose } from './choice.ts';
import { mapBytes } from './contract.ts';
import { contracts } from './contracts.ts';
import { echo } from './echo.ts';
import { operatorFrames, operatorLines } from './operator.ts';
import { uppercase } from './uppercase.ts';

const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

describe('the contracts', () => {
  it('have ids of their own', () => {
    const ids = contracts.map(({ id }) => id);

    expect(ids).toContain('echo');
    expect(ids).toContain('uppercase');
    expect(new Set(ids).size).toBe(ids.length);
  });

  const mapping = contracts.filter(({ replies }) => replies === 'by-byte');

  it.each(mapping)('$id replies to each byte by itself, however the stream is cut', ({ reply }) => {
    const cut = [0, 1, 100, 256].map((at, index, edges) =>
      reply(allBytes.subarray(edges[index - 1] ?? 0, at)),
    );

    expect(Buffer.concat(cut)).toEqual(reply(allBytes));
    expect(reply(Buffer.alloc(0))).toHaveLength(0);
  });

  it.each(mapping)('$id says truly whether it changes anything', ({ reply, changes }) => {
    expect(reply(allBytes).equals(allBytes)).toBe(changes === 'nothing');
  });

  it('are there for every form that the documents have', () => {
    const kinds = contracts.map(({ id, opening, replies }) => [id, opening, replies].join(' '));

    expect(kinds).toEqual([
      'echo client by-byte',
      'uppercase client by-byte',
      'byte-shift client by-byte',
      'c-string-echo client by-read',
      'one-message client one-message',
      'sink client none',
      'operator-lines server by-operator',
      'operator-frames server by-operator',
    ]);
  });
});

describe('the byte shift', () => {
  it('subtracts 32 from each byte, modulo 256', () => {
    const sent = Buffer.from('Hello World 123\n');

    expect(byteShift.reply(sent).toString('hex')).toBe('28454c4c4f00374f524c4400111213ea');
  });
});

describe('the C-string echo', () => {
  it.each([
    ['hello', 'hello\0'],
    ['a\0b', 'a\0'],
    ['', '\0'],
    ['\0', '\0'],
  ])('replies to %j with %j', (sent, owed) => {
    expect(cStringEcho.reply(Buffer.from(sent)).toString()).toBe(owed);
  });
});

describe('an operator’s line', () => {
  it('goes out raw', () => {
    expect(operatorLines.reply(Buffer.from('a line')).toString()).toBe('a line');
  });

  it.each([0, 1, 498, 499, 500, 900])('of %i bytes goes out in a frame of 500', (byteCount) => {
    const frame = operatorFrames.reply(Buffer.alloc(byteCount, 'k'));

    expect(frame).toHaveLength(500);
    expect(frame.indexOf(0)).toBe(Math.min(byteCount, 499));
    expect(frame.subarray(frame.indexOf(0)).every((byte) => byte === 0)).toBe(true);
  });
});

describe('echo', () => {
  it('gives every byte back', () => {
    expect(echo.reply(allBytes)).toEqual(allBytes);
  });
});

describe('uppercase', () => {
  it('raises a to z and nothing else', () => {
    const changed = [...uppercase.reply(allBytes)].flatMap((byte, at) => (byte === at ? [] : [at]));

    expect(Buffer.from(changed).toString()).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(uppercase.reply(Buffer.from('Straße, é\0z\n')).toString()).toBe('STRAßE, é\0Z\n');
  });

  it('leaves the request as it was', () => {
    const request = Buffer.from('abc');
    uppercase.reply(request);

    expect(request.toString()).toBe('abc');
  });
});

describe('a map of bytes', () => {
  it('follows its table', () => {
    const reply = mapBytes(Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte));

    expect(reply(Buffer.from([0, 1, 255]))).toEqual(Buffer.from([255, 254, 0]));
  });
});

describe('a choice', () => {
  it('is none where the name is unknown', () => {
    expect(choose({ id: 'nothing' })).toBeUndefined();
  });

  it('adjusts the contract that it names', () => {
    const contract = choose({ id: 'uppercase', endHex: '656e640a', serves: 'one' });

    expect(contract).toEqual({
      ...uppercase,
      serves: 'one',
      ending: { word: Buffer.from('end\n'), match: 'any', replied: true, ignoresCase: false },
    });
  });

  it('makes the same contract again, through JSON too', () => {
    const adjusted = {
      ...echo,
      serves: 'one-at-a-time',
      ending: { word: allBytes, match: 'beginning', replied: false, ignoresCase: true },
    } as const;

    for (const contract of [...contracts, adjusted]) {
      const choice = JSON.parse(JSON.stringify(choiceOf(contract))) as ReturnType<typeof choiceOf>;
      expect(choose(choice)).toEqual(contract);
    }
  });
});
