import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { message } from './given.ts';
import { decodeToken, encodeToken, InvalidToken, type Replay } from './token.ts';

const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

const replay: Replay = {
  behaviour: 'payload/any-bytes',
  contract: { id: 'echo', endHex: '656e64', endMatch: 'any', endReplied: true, serves: 'many' },
  seed: 2 ** 31 - 1,
  given: {
    kind: 'conversation',
    conversation: [message(allBytes), { bytes: Buffer.from('cut'), cuts: [1, 2] }],
  },
};

const pack = (text: string | Buffer): string => `c1.${deflateRawSync(text).toString('base64url')}`;

describe('a token', () => {
  it('brings back a conversation, each of the 256 byte values included', () => {
    expect(decodeToken(encodeToken(replay))).toEqual(replay);
  });

  it('brings back a scenario', () => {
    const scenario: Replay = {
      behaviour: 'concurrency/any-interleaving',
      contract: { id: 'uppercase' },
      seed: 0,
      given: {
        kind: 'scenario',
        steps: [
          { do: 'connect', client: 0 },
          { do: 'send', client: 0, text: 'ü' },
          { do: 'receive', client: 0 },
          { do: 'half-close', client: 0 },
          { do: 'reset', client: 1 },
        ],
      },
    };

    expect(decodeToken(encodeToken(scenario))).toEqual(scenario);
  });

  it('brings back a behaviour without a conversation', () => {
    const bare: Replay = { behaviour: 'accept/accepts', contract: { id: 'echo' }, seed: 1 };

    expect(decodeToken(encodeToken(bare))).toEqual(bare);
  });

  it('is one word that no shell takes apart', () => {
    expect(encodeToken(replay)).toMatch(/^c1\.[\w-]+$/);
  });

  it('is refused when it was cut off anywhere', () => {
    const whole = encodeToken(replay);

    for (let length = 3; length < whole.length; length += 1) {
      const cut = whole.slice(0, length);
      // The last digit may carry no bits at all: then nothing is missing.
      const isWhole = Buffer.from(cut.slice(3), 'base64url').equals(
        Buffer.from(whole.slice(3), 'base64url'),
      );
      if (!isWhole) expect(() => decodeToken(cut)).toThrow(InvalidToken);
    }
  });

  it.each([
    ['has another prefix', 'c9.abc', /begins with c1\..*begins with c9\./],
    ['is empty', '', /begins with c1\./],
    ['has nothing behind its prefix', 'c1.', /incomplete or damaged/],
    ['is no deflated text', 'c1.AAAA____', /incomplete or damaged/],
    ['holds no JSON', pack('hello'), /incomplete or damaged/],
    ['holds null', pack('null'), /incomplete or damaged/],
    ['holds no behaviour', pack('{"contract":{"id":"echo"},"seed":1}'), /incomplete or damaged/],
    [
      'holds an unknown kind',
      pack('{"behaviour":"a/b","contract":{"id":"echo"},"seed":1,"given":{"kind":"?"}}'),
      /incomplete or damaged/,
    ],
    [
      'holds messages without bytes',
      pack(
        '{"behaviour":"a/b","contract":{"id":"echo"},"seed":1,"given":{"kind":"conversation","conversation":[{"cuts":[]}]}}',
      ),
      /incomplete or damaged/,
    ],
  ])('that %s is refused with what is wrong', (_, token, expected) => {
    expect(() => decodeToken(token)).toThrow(InvalidToken);
    expect(() => decodeToken(token)).toThrow(expected);
  });

  it('that would fill the memory is refused', () => {
    const bomb = pack(Buffer.alloc(64 * 1024 * 1024, ' '));

    expect(bomb.length).toBeLessThan(128 * 1024);
    expect(() => decodeToken(bomb)).toThrow(InvalidToken);
  });
});
