import { describe, expect, it } from 'vitest';
import { Transcript } from '../../clients/transcript.ts';
import { exchangesOf, isWhole } from './exchanges.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the turns of a conversation', () => {
  it('are what was sent and what came before the next message, with the messages before', () => {
    const transcript = new Transcript('A', 0);
    transcript.add({ kind: 'connected' });
    transcript.sent(bytes('ab'));
    transcript.received(bytes('a'));
    transcript.received(bytes('b'));
    transcript.sent(bytes('cd'));
    transcript.add({ kind: 'silence', waitedMs: 200, awaited: 'reply' });
    transcript.add({ kind: 'fin-sent' });
    transcript.received(bytes('cd'));
    transcript.add({ kind: 'fin-received', afterBytes: 4 });

    const [first, second, ...more] = exchangesOf(transcript.record());

    expect(more).toEqual([]);
    expect(first).toMatchObject({ received: { head: bytes('ab'), length: 2 }, past: [] });
    expect(second).toMatchObject({ past: [bytes('ab')], wasSilent: true, finBeforeReply: true });
    expect(second).toMatchObject({ endedFirst: undefined, endedAfterFin: 'fin' });
  });

  it('tell an end that the server brought about', () => {
    const transcript = new Transcript('A', 0);
    transcript.sent(bytes('ab'));
    transcript.add({ kind: 'reset-received', afterBytes: 0 });

    expect(exchangesOf(transcript.record())[0]?.endedFirst).toBe('reset');
  });

  it('are left out around a gap, and not whole when more was said than was kept', () => {
    const transcript = new Transcript('A', 0);
    for (let round = 0; round < 200; round += 1) {
      transcript.sent(bytes(`message ${round}`));
      transcript.received(bytes(`message ${round}`));
    }
    transcript.sent(Buffer.alloc(1000));

    const turns = exchangesOf(transcript.record());

    expect(turns.length).toBeLessThan(201);
    for (const { sent, received } of turns.slice(0, -1)) expect(received).toEqual(sent);
    const last = turns.at(-1);
    expect(last === undefined || isWhole(last.sent)).toBe(false);
  });
});
