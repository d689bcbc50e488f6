import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hold, replying } from '../../fixtures/support/conversing.ts';
import { payloadOf, type Step } from './conversation.ts';
import type { Played } from './played.ts';

describe('what is due', () => {
  const client = 'A';
  const say = (text: string): Step => ({ do: 'send', client, payload: payloadOf(text) });
  const due: Step = { do: 'receive', client, expected: { kind: 'due' } };
  const upper = (text: string): string => text.toUpperCase();
  const held = (converse: (socket: Socket) => void, ...conversation: Step[]): Promise<Played> =>
    hold(converse, conversation, 200, (request) => Buffer.from(upper(request.toString()))).then(
      ({ result }) => result,
    );

  it('follows from the oracle, or from the step that says it', async () => {
    const greeting: Step = {
      ...{ do: 'send', client, payload: payloadOf('hello') },
      due: payloadOf('HELLO'),
    };

    const kept = await held(replying(upper), say('ab'), due, greeting, say('c'), due);
    const broken = await held(replying(String), say('12'), due, say('x'), due);

    expect(kept.kind).toBe('kept');
    expect(broken).toMatchObject({
      step: { place: 'steps[3]', words: 'A expects all that it is owed' },
      mismatch: {
        kind: 'reply',
        expected: Buffer.from('X'),
        received: { bytes: Buffer.from('x') },
        place: { verifiedBytes: 2, tail: Buffer.from('12') },
      },
    });
  });

  it('is waited for in parts, counted since the client connected', async () => {
    const first: Step = { do: 'receive', client, expected: { kind: 'due', byteCount: 2 } };

    const result = await held(replying(upper), say('abc'), first, first, due, {
      ...{ do: 'await-end', client, by: 'fin', before: 'nothing', leaves: true },
    });

    expect(result.kind).toBe('kept');
  });

  it('comes before the end, and nothing else', async () => {
    const end = (leastBytes?: number): Step => ({
      ...{ do: 'await-end', client, by: 'any', leaves: true },
      before: leastBytes === undefined ? { kind: 'due' } : { kind: 'due', leastBytes },
    });
    const less = replying((text) => upper(text).slice(1));
    const shorter = replying((text) => upper(text).slice(0, -1));
    const more = replying((text) => `${upper(text)}!`);

    const [right, wrong, short, enough, excess] = await Promise.all([
      held(replying(upper), say('abc'), end()),
      held(less, say('abc'), end()),
      held(shorter, say('abc'), end()),
      held(shorter, say('abc'), end(2)),
      held(more, say('abc'), end()),
    ]);

    expect([right.kind, enough.kind]).toEqual(['kept', 'kept']);
    for (const result of [wrong, short, excess]) {
      expect(result).toMatchObject({
        mismatch: { kind: 'reply', expected: Buffer.from('ABC'), received: { end: 'fin' } },
      });
    }
  });

  it('is what a visitor gets', async () => {
    const visit: Step = {
      ...{ do: 'visit', client: 'B', payload: payloadOf('ab') },
      due: payloadOf('AB'),
    };

    expect((await held(replying(upper), say('x'), visit)).kind).toBe('kept');
    expect(await held(replying(String), say('x'), visit)).toMatchObject({
      step: { place: 'steps[1]' },
      mismatch: { kind: 'reply', received: { bytes: Buffer.from('ab') } },
    });
  });
});
