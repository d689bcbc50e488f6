// Why a connection ends too soon, by RST or not at all, and why a server is silent or is never.
import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../../clients/transcript.ts';
import {
  differs,
  excerpt,
  failed,
  launched,
  passed,
  started,
  talk,
} from '../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import type { Failed, Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

/** So many clients that were answered once; the last heard nothing, and `cut` of them were ended. */
function crowdOf(count: number, cut: number): TranscriptRecord[] {
  const nameOf = (place: number): string =>
    place === 0
      ? ''
      : nameOf(Math.floor((place - 1) / 26)) + String.fromCharCode(65 + ((place - 1) % 26));
  return Array.from({ length: count }, (_, nth) => {
    const transcript = new Transcript(nameOf(nth + 1), performance.now());
    transcript.add({ kind: 'connected' });
    transcript.sent(Buffer.from('kl'));
    if (nth < count - 1) transcript.received(Buffer.from('kl'));
    else transcript.add({ kind: 'silence', awaited: '2 bytes', waitedMs: 2000 });
    if (nth < cut) transcript.add({ kind: 'fin-received', afterBytes: 2 });
    return transcript.record();
  });
}

describe('a diagnosis of ends and silence', () => {
  test('puts a reply down to the FIN only where nothing had come of what was said before it', () => {
    const record = (pauses: boolean): TranscriptRecord => {
      const transcript = new Transcript('A', performance.now());
      transcript.add({ kind: 'connected' });
      transcript.sent(Buffer.from('kl\0mn'));
      if (pauses) transcript.add({ kind: 'silence', awaited: 'reply', waitedMs: 200 });
      transcript.add({ kind: 'fin-sent' });
      transcript.received(Buffer.from('kl\0'));
      transcript.add({ kind: 'fin-received', afterBytes: 3 });
      return transcript.record();
    };
    const namedOf = (pauses: boolean) =>
      diagnose(
        [
          started(launched),
          failed(
            'payload/answers',
            { kind: 'other', expected: 'a reply', observed: 'no byte' },
            { conversation: [record(pauses)] },
          ),
        ],
        echo,
      ).map(({ id }) => id);

    expect(namedOf(true)).toContain('waits-for-the-fin');
    expect(namedOf(false)).not.toContain('waits-for-the-fin');
  });

  test('says of a reset that everything had come only where it had', () => {
    const reset = (observed: string): Finding => ({
      kind: 'ended',
      by: 'reset',
      expected: excerpt('abc'),
      observed: excerpt(observed),
    });
    const shows = (...events: RunEvent[]) =>
      diagnose([started(launched), ...events], echo).find(({ id }) => id === 'ends-with-a-reset')
        ?.shows;
    const whole = failed('half-close/ends-with-fin-not-reset', reset('abc'));
    const large = failed('half-close/sends-all-it-owes-when-large', reset('ab'));

    expect(shows(whole)).not.toContain('Elsewhere');
    expect(shows(whole, large)).toContain('In half-close/ends-with-fin-not-reset everything owed');
    expect(shows(whole, large)).toContain('Elsewhere its RST came before all that was owed');
  });

  test('tells a kept descriptor from an end that is not noticed, and both from a child that stays', () => {
    const silent: Finding = {
      kind: 'silence',
      awaited: 'fin',
      waitedMs: 500,
      expected: excerpt(''),
      observed: excerpt(''),
    };
    const open = failed('half-close/closes-too', silent);
    const count = (id: BehaviourId, more: number, things: string): RunEvent =>
      failed(
        id,
        { kind: 'other', expected: `9 ${things}, as before`, observed: `${9 + more} ${things}` },
        { summary: `${more} more ${things} after 9 clients had connected and left.` },
      );
    const found = (...events: RunEvent[]) =>
      diagnose([started(launched), ...events], echo).map(({ id, confidence }) => [id, confidence]);
    const one = count('process/closes-descriptors', 9, 'open descriptors');
    const four = count('process/closes-descriptors', 36, 'open descriptors');
    const threads = 'process/ends-threads-and-children';

    expect(found(open)).toEqual([['ignores-end-of-file', 'likely']]);
    expect(found(open, one, passed(threads))).toEqual([['descriptors-are-not-closed', 'certain']]);
    expect(found(open, one, count(threads, 9, 'threads'))).toEqual([
      ['ignores-end-of-file', 'likely'],
    ]);
    expect(found(four)).toEqual([['threads-are-not-ended', 'likely']]);
    expect(found(four, count(threads, 9, 'processes'))).toEqual([
      ['threads-are-not-ended', 'certain'],
    ]);
    expect(found(four, passed(threads))).toEqual([['descriptors-are-not-closed', 'certain']]);
    expect(found(count('process/cleans-up-after-abrupt-clients', 9, 'zombies'))).toEqual([
      ['children-are-not-reaped', 'certain'],
    ]);
  });

  test('tells what is dropped at the FIN now and then only where its conversation shows it and how often', () => {
    const ended: Finding = {
      kind: 'ended',
      by: 'fin',
      expected: excerpt('klm'),
      observed: excerpt(''),
    };
    const law: NonNullable<Failed['law']> = {
      respects: [],
      rate: { failed: 7, of: 400, lowest: 0.007, highest: 0.04 },
      experiments: 400,
    };
    const atTheFin = new Transcript('A', performance.now());
    atTheFin.add({ kind: 'connected' });
    atTheFin.sent(Buffer.from('klm'));
    atTheFin.add({ kind: 'fin-sent' });
    atTheFin.add({ kind: 'fin-received', afterBytes: 0 });
    const conversation = [atTheFin.record()];
    const id = 'concurrency/any-interleaving';
    const found = (more: Partial<Failed>) =>
      diagnose([started(launched), failed(id, ended, more)], echo).find(
        (cause) => cause.id === 'drops-what-it-owes-at-the-fin',
      );

    expect(found({ conversation, law })).toMatchObject({
      confidence: 'likely',
      shows: expect.stringContaining('7 of 400 times') as string,
      explains: [id],
    });
    expect(found({ conversation })).toBeUndefined();
    expect(found({ conversation: [...conversation, talk('n', 'n')], law })).toBeUndefined();
  });

  test('tells a flood that a message begins from one that the client’s FIN begins', () => {
    const endless: Finding = { kind: 'other', expected: 'FIN', observed: 'more and no end' };
    const flood = (beforeBytes: number, afterBytes = 9000): RunEvent => {
      const client = new Transcript('A', performance.now());
      client.sent(Buffer.from('abcdefghi'));
      client.received(Buffer.alloc(beforeBytes, 'y'));
      client.add({ kind: 'fin-sent' });
      client.received(Buffer.alloc(afterBytes, 'y'));
      return failed('half-close/closes-too', endless, { conversation: [client.record()] });
    };
    const found = (...events: RunEvent[]) =>
      diagnose(events, echo).map(({ id, confidence }) => [id, confidence]);

    expect(found(flood(9))).toEqual([['sends-on-after-end-of-file', 'likely']]);
    expect(found(flood(9000), passed('accept/stays-silent-until-spoken-to'))).toEqual([
      ['answers-without-end', 'likely'],
    ]);
    expect(found(flood(9000))).toEqual([['answers-without-end', 'likely']]);
    // Slow ones have sent less before the FIN, and still far more than a reply.
    expect(found(flood(300))).toEqual([['answers-without-end', 'likely']]);
    expect(found(flood(18))).toEqual([['sends-on-after-end-of-file', 'likely']]);
    // One that read its reply and no more cannot know; another, which had not ended its side, heard it again and again.
    const heard = (byteCount: number): RunEvent => {
      const client = new Transcript('A', performance.now());
      client.sent(Buffer.from('b'));
      client.received(Buffer.alloc(byteCount, 'b'));
      const more = differs('b', 'b'.repeat(byteCount), 1);
      return failed('payload/one-message', more, { conversation: [client.record()] });
    };
    expect(found(flood(9), heard(17))[0]).toEqual(['answers-without-end', 'likely']);
    expect(found(flood(9, 900), heard(17))[0]).toEqual(['answers-without-end', 'likely']);
    expect(found(flood(9), heard(2)).map(([id]) => id)).toContain('sends-on-after-end-of-file');
  });

  test('a connect that failed shows no use of the processor, and nothing in CLOSE_WAIT', () => {
    const refused: Finding = { kind: 'refused', code: 'ETIMEDOUT' };
    const ids = ['process/idle-uses-no-cpu', 'process/no-close-wait-left'] as const;

    expect(
      diagnose(
        ids.map((id) => failed(id, refused)),
        echo,
      ),
    ).toEqual([]);
  });

  test('knows a server that holds its clients, and one that never falls silent', () => {
    const other = (observed: string): Finding => ({ kind: 'other', expected: 'else', observed });
    const deaf = new Transcript('A', performance.now());
    deaf.sent(Buffer.from('abc'));
    deaf.add({ kind: 'silence', waitedMs: 2000, awaited: 'reply' });
    deaf.add({ kind: 'fin-sent' });
    const unheard = failed('payload/answers', other('no byte'), { conversation: [deaf.record()] });
    const heldOn = failed('process/no-close-wait-left', other('10 connections in CLOSE_WAIT'));
    const loud = new Transcript('A', performance.now());
    for (let round = 0; round < 9; round += 1) loud.received(Buffer.alloc(1000, 'x'));
    const said = differs('', 'xxx');
    const found = (...events: RunEvent[]) =>
      diagnose(events, echo).map(({ id, confidence }) => [id, confidence]);

    expect(found(unheard)).toEqual([['never-accepts', 'possible']]);
    expect(found(unheard, passed('process/no-close-wait-left'))).toEqual([
      ['never-accepts', 'likely'],
    ]);
    expect(found(unheard, heldOn)).toEqual([['accepts-and-never-reads', 'likely']]);
    const lying = (where: string): RunEvent =>
      failed('payload/answers', other(`no byte in 9 ms, ${where}`), {
        conversation: [deaf.record()],
      });
    expect(found(lying('the connection not accepted'))).toEqual([['never-accepts', 'likely']]);
    expect(found(lying('3 bytes still unread by the server'), heldOn)).toEqual([
      ['accepts-and-never-reads', 'certain'],
    ]);
    const first = 'though a first client was answered';
    expect(found(lying(`${first}, the connection not accepted`))).toEqual([
      ['stops-accepting', 'likely'],
    ]);
    expect(found(lying(first))).toEqual([['stops-accepting', 'possible']]);
    expect(found(lying(`${first}, 3 bytes still unread by the server`))).toEqual([
      ['accepts-and-never-reads', 'likely'],
    ]);
    expect(
      found(lying('the connection not accepted while the server held 2 of earlier clients')),
    ).toEqual([['accepts-and-never-reads', 'likely']]);
    expect(
      found(failed('accept/stays-silent-until-spoken-to', said, { conversation: [loud.record()] })),
    ).toEqual([['sends-without-end', 'likely']]);
  });

  test('no client is said to be removed where all are served no longer', () => {
    const staying = (client: string): TranscriptRecord => {
      const transcript = new Transcript(client, performance.now());
      transcript.sent(Buffer.from('kl'));
      transcript.received(Buffer.from('kl'));
      transcript.sent(Buffer.from('mn'));
      transcript.add({ kind: 'silence', waitedMs: 2000, awaited: 'reply' });
      return transcript.record();
    };
    const silence: Finding = {
      ...{ kind: 'silence', awaited: 'reply', waitedMs: 2000 },
      ...{ expected: excerpt('mn'), observed: excerpt('') },
    };

    const causes = diagnose(
      [failed('concurrency/churn', silence, { conversation: [staying('A'), staying('B')] })],
      echo,
    );

    expect(causes.map(({ id }) => id)).not.toContain('removes-the-wrong-client');
  });

  test('whoever leaves, with an error or without: another client is removed, and no error is to blame', () => {
    const ended = (leave: 'fin-sent' | 'reset-sent'): TranscriptRecord[] => {
      const beganMs = performance.now();
      const staying = new Transcript('A', beganMs);
      const leaving = new Transcript('B', beganMs);
      staying.sent(Buffer.from('kl'));
      staying.received(Buffer.from('kl'));
      leaving.add({ kind: leave });
      staying.add({ kind: 'fin-received', afterBytes: 2 });
      return [staying.record(), leaving.record()];
    };
    const end: Finding = {
      ...{ kind: 'ended', by: 'fin' },
      ...{ expected: excerpt('klmn'), observed: excerpt('kl') },
    };
    const reset = failed('robustness/survives-reset-at-once', end, {
      conversation: ended('reset-sent'),
    });
    const churn = failed('concurrency/churn', end, { conversation: ended('fin-sent') });
    const quiet = failed('robustness/survives-connect-and-leave', end, {
      conversation: ended('fin-sent'),
    });
    const causes = (...events: RunEvent[]) =>
      diagnose(events, echo).map(({ id, explains }) => [id, explains]);

    expect(causes(reset)).toEqual([
      ['one-error-ends-all-conversations', ['robustness/survives-reset-at-once']],
    ]);
    expect(causes(reset, churn, quiet)).toEqual([
      [
        'removes-the-wrong-client',
        [
          'concurrency/churn',
          'robustness/survives-reset-at-once',
          'robustness/survives-connect-and-leave',
        ],
      ],
    ]);
  });

  test('descriptors ran out only where those who had one kept it', () => {
    const silent: Finding = {
      kind: 'silence',
      awaited: '2 bytes',
      expected: excerpt('kl'),
      observed: excerpt(''),
      waitedMs: 2000,
    };
    const causesAfter = (cut: number, ...more: RunEvent[]): string[] =>
      diagnose(
        [
          started(launched),
          failed('concurrency/crowd', silent, { conversation: crowdOf(1010, cut) }),
          ...more,
        ],
        echo,
      ).map(({ id }) => id);

    expect(causesAfter(0)).toContain('out-of-descriptors');
    expect(causesAfter(3)).not.toContain('out-of-descriptors');
    const timesOut = failed('half-close/keeps-idle-clients', {
      kind: 'ended',
      by: 'fin',
      expected: excerpt('kl'),
      observed: excerpt(''),
    });
    expect(causesAfter(0, timesOut)).not.toContain('out-of-descriptors');
  });
});
