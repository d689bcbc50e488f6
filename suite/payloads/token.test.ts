import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import { conversationOf, message } from '../../clients/conversation/messages.ts';
import { decodeToken, encodeToken, InvalidToken, type Replay } from './token.ts';

const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

const replay: Replay = {
  behaviour: 'payload/any-bytes',
  contract: { id: 'echo', endHex: '656e64', endMatch: 'any', endReplied: true, serves: 'many' },
  seed: 2 ** 31 - 1,
  given: conversationOf([message(allBytes), { bytes: Buffer.from('cut'), cuts: [1, 2] }]),
};

/** A token whose checksum is right, whatever it holds. */
function pack(first: number, rest: Buffer): string {
  const body = Buffer.concat([Buffer.of(first), rest]);
  const check = Buffer.alloc(2);
  check.writeUInt16BE(crc32(body) & 0xffff);
  return `c1.${Buffer.concat([check, body]).toString('base64url')}`;
}

describe('a token', () => {
  it('brings back a conversation, each of the 256 byte values included', () => {
    expect(decodeToken(encodeToken(replay))).toEqual(replay);
  });

  it('brings back a scenario', () => {
    const scenario: Replay = {
      behaviour: 'concurrency/any-interleaving',
      contract: { id: 'uppercase' },
      seed: 0,
      given: [
        { do: 'connect', client: 'A' },
        { do: 'send', client: 'A', payload: payloadOf('ü') },
        receiveDue('A'),
        leaveInOrder('A'),
        { do: 'connect', client: 'B' },
        { do: 'reset', client: 'B' },
        { do: 'connect', client: 'AB' },
        { do: 'send', client: 'AB', payload: payloadOf('abc') },
      ],
    };

    expect(decodeToken(encodeToken(scenario))).toEqual(scenario);
    // Tokens that stand in saved reports go on to mean the same.
    expect(encodeToken(scenario)).toBe(
      'c1.2xoAHGNvbmN1cnJlbmN5L2FueS1pbnRlcmxlYXZpbmcJdXBwZXJjYXNlAAAAAggAAQLDvAIDBQmHAYgBA2FiYw',
    );
  });

  it('brings back a behaviour without a conversation', () => {
    const bare: Replay = { behaviour: 'accept/accepts', contract: { id: 'echo' }, seed: 1 };

    expect(decodeToken(encodeToken(bare))).toEqual(bare);
  });

  it('brings back every adjustment of a contract', () => {
    for (const serves of [undefined, 'many', 'one-at-a-time', 'one'] as const) {
      for (const endMatch of [undefined, 'any', 'message', 'beginning'] as const) {
        for (const answer of [undefined, true, false]) {
          const contract = {
            id: 'uppercase',
            endHex: '656e640a',
            ...(serves === undefined ? {} : { serves }),
            ...(endMatch === undefined ? {} : { endMatch }),
            ...(answer === undefined ? {} : { endReplied: answer, endIgnoresCase: !answer }),
          };
          const one: Replay = { behaviour: 'end-word/closes', contract, seed: 3 };

          expect(decodeToken(encodeToken(one))).toEqual(one);
        }
      }
    }
  });

  it('fits into a line for a small conversation', () => {
    const small: Replay = {
      behaviour: 'payload/nul-bytes',
      contract: { id: 'echo', serves: 'many' },
      seed: 2 ** 31 - 1,
      given: conversationOf([message(Buffer.of(0))]),
    };

    expect(encodeToken(small).length).toBeLessThan(60);
  });

  it('is refused when any one letter was mistyped', () => {
    const whole = encodeToken({ behaviour: 'accept/accepts', contract: { id: 'echo' }, seed: 1 });

    for (let at = 3; at < whole.length - 1; at += 1) {
      const letter = whole[at] === 'A' ? 'B' : 'A';
      const mistyped = whole.slice(0, at) + letter + whole.slice(at + 1);
      expect(() => decodeToken(mistyped)).toThrow(InvalidToken);
    }
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
    ['has nothing after its prefix', 'c1.', /incomplete or damaged/],
    ['is no deflated text', pack(1, Buffer.from('AAAA')), /incomplete or damaged/],
    ['holds nothing that was announced', pack(0, Buffer.of(9, 97)), /incomplete or damaged/],
    [
      'holds an unknown kind of conversation',
      pack(0, Buffer.of(1, 97, 0, 0, 0, 1, 7)),
      /incomplete or damaged/,
    ],
    [
      'holds more than a conversation',
      pack(0, Buffer.of(1, 97, 0, 0, 0, 1, 0, 0)),
      /incomplete or damaged/,
    ],
    [
      'cuts a message beyond its end',
      pack(0, Buffer.of(1, 97, 0, 0, 0, 1, 1, 1, 1, 97, 1, 9)),
      /incomplete or damaged/,
    ],
  ])('that %s is refused with what is wrong', (_, token, expected) => {
    expect(() => decodeToken(token)).toThrow(InvalidToken);
    expect(() => decodeToken(token)).toThrow(expected);
  });

  it('that would fill the memory is refused', () => {
    const bomb = pack(1, deflateRawSync(Buffer.alloc(64 * 1024 * 1024)));

    expect(bomb.length).toBeLessThan(128 * 1024);
    expect(() => decodeToken(bomb)).toThrow(InvalidToken);
  });
});
