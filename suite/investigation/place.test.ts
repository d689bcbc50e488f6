// The place of a message on its connection.
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { receiveDue } from '../../clients/conversation/write-conversation.ts';
import { adding, lawOf, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';
import type { Simulated } from '../../fixtures/support/simulated-server.ts';

describe('place', () => {
  test('a message of the connection', () => {
    const law = lawOf(
      adding((_, { reads }) => reads >= 3),
      saying('one', 'two', 'three', 'four', 'five'),
    );

    expect(saidOf(law, 'place')).toEqual([
      'The 3rd message of a connection fails, and the 2 before it are right, with messages of 1, 6, 12 and 100 bytes each.',
    ]);
  });

  test('so many bytes into the connection', () => {
    const isBeyond: Parameters<typeof adding>[0] = (read, { bytesBefore }) =>
      bytesBefore + read.length > 60;
    const law = lawOf(adding(isBeyond), saying(...Array.from({ length: 20 }, () => 'abcdef')));

    expect(saidOf(law, 'place')).toEqual([
      'The 11th message of a connection fails, and the 10 before it are right, with messages of 6 bytes each. Of 1 byte each, all 11 tried are right. Of 12 bytes each it is the 6th. Of 100 bytes each it is the 1st.',
    ]);
  });

  test('a shorter message behind a longer one', () => {
    const begin = (): Simulated => {
      const buffers = new WeakMap<object, Buffer>();
      return (read, client) => {
        const before = buffers.get(client) ?? Buffer.alloc(0);
        const whole = Buffer.concat([read, before.subarray(read.length)]);
        buffers.set(client, whole);
        return whole;
      };
    };
    const law = lawOf(begin, saying('something longer', 'short', 'i'));

    expect(law?.respects.map(({ says }) => says)).toEqual([
      'The message alone is right; behind another of 16 bytes it fails.',
      expect.stringMatching(
        /^Messages of 1 to 15 bytes fail behind one of 16 bytes \(\d+ sizes tried\); those of 16 to 65,536 bytes are right/u,
      ),
    ]);
  });

  test('a message whose bytes make what comes behind it fail', () => {
    const begin = (): Simulated => {
      const ended = new WeakSet();
      return (read, client) => {
        if (ended.has(client)) return Buffer.alloc(0);
        if (/^end$/m.test(read.toString('latin1'))) ended.add(client);
        return read;
      };
    };
    const law = lawOf(begin, saying('letters', 'a\nend', 'b'));

    expect(law?.respects.map(({ says }) => says)).toEqual([
      'What is said behind 61 0a 65 6e 64 fails, 1 letter too; behind 3 others, letters of the same length, it is right.',
    ]);
  });

  test('a message that is the same as the one before it', () => {
    const begin = (): Simulated => {
      const last = new WeakMap<object, Buffer>();
      return (read, client) => {
        const isSame = last.get(client)?.equals(read) === true;
        last.set(client, read);
        return isSame ? Buffer.alloc(0) : read;
      };
    };
    const law = lawOf(begin, saying('letters', 'aha', 'aha'));

    expect(law?.respects.map(({ says }) => says)).toEqual([
      'A message that is the same as the one before it fails; behind another of the same length it is right.',
    ]);
  });

  test('messages that go out together are told nothing of: how many are read at once hangs on time', () => {
    const client = 'A';
    const steps: SpokenStep[] = [
      { do: 'connect', client },
      { do: 'send', client, payload: payloadOf('one') },
      { do: 'send', client, payload: payloadOf('two') },
      receiveDue(client),
    ];

    expect(
      lawOf(
        adding((_, { reads }) => reads >= 2),
        steps,
        { asWritten: true },
      ),
    ).toBeUndefined();
  });
});
