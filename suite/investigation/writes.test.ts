// Cuts of a message, and a FIN right behind it.
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { adding, lawOf, letters, saidOf, saying } from '../../fixtures/support/simulated-laws.ts';

describe('writes and ends', () => {
  test('cuts make a difference, or none', () => {
    const whole = lawOf(
      adding((read) => read.length >= 10),
      saying(letters(12)),
    );
    const never = lawOf(
      adding((read) => read.includes(0)),
      saying('k\0l'),
    );

    expect(saidOf(whole, 'cuts')).toEqual([
      'Sent in several writes, 10 ms apart, it is right (in two and in four).',
    ]);
    expect(saidOf(never, 'cuts')).toEqual([
      'Sent in several writes, 10 ms apart, it fails too (in two and a byte at a time).',
    ]);
  });

  test('a FIN right behind it makes a difference, or none', () => {
    const client = 'A';
    const steps: SpokenStep[] = [
      { do: 'connect', client },
      { do: 'send', client, payload: payloadOf('hello') },
      { do: 'await-end', client, by: 'any', before: { kind: 'due' }, leaves: true },
    ];
    const law = lawOf(
      adding((_, { hasFin }) => hasFin),
      steps,
      { asWritten: true },
    );

    expect(saidOf(law, 'ends')).toEqual(['With the FIN only after the reply, it is right.']);
    expect(saidOf(law, 'length')[0]).toContain('fail with FIN right behind them');
  });
});
