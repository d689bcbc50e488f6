import { describe, expect, it } from 'vitest';
import { Transcript } from '../../clients/transcript.ts';
import { strangerIn } from './strangers.ts';

/** What a client sent (>) and received (<), in turn. */
function record(client: string, ...said: string[]): ReturnType<Transcript['record']> {
  const transcript = new Transcript(client, 0);
  for (const one of said) {
    const bytes = Buffer.from(one.slice(1));
    if (one.startsWith('>')) transcript.sent(bytes);
    else transcript.received(bytes);
  }
  return transcript.record();
}

describe('bytes of another client', () => {
  it('are unasked where the client had said nothing', () => {
    expect(strangerIn([record('A', '>hello', '<hello'), record('B', '<hello')])).toEqual({
      of: 'A',
      to: 'B',
      isShared: true,
      isUnasked: true,
    });
  });

  it('are unasked on top of its own reply', () => {
    const heard = strangerIn([
      record('A', '>hello', '<hello'),
      record('B', '>other', '<otherhello'),
    ]);

    expect(heard).toMatchObject({ isShared: true, isUnasked: true });
  });

  it('are no answer to all where they came instead of its own, and longer', () => {
    const heard = strangerIn([record('A', '>hello', '<hello'), record('B', '>oth', '<hello')]);

    expect(heard).toMatchObject({ to: 'B', isUnasked: false });
  });
});
