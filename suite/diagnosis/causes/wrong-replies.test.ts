// What wrong replies have in common: bytes that are changed, added or left out.
import { describe, expect, test } from 'vitest';
import { Transcript } from '../../../clients/transcript.ts';
import {
  differs,
  excerpt,
  failed,
  launched,
  passed,
  started,
  talk,
} from '../../../fixtures/support/run-events.ts';
import { describe as describeBehaviour } from '../../behaviours/behaviour.ts';
import { behaviours, type BehaviourId } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import type { Finding, RunEvent } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

describe('a diagnosis of wrong replies', () => {
  test('claims no rewrite that a passed behaviour would have shown', () => {
    const missing = differs('\n', '');
    const only = [
      started(launched),
      failed('payload/any-text', missing, { conversation: [talk('kl\n', 'kl')] }),
    ];

    expect(diagnose(only, echo)[0]?.id).toBe('strips-the-line-end');
    expect(diagnose([...only, passed('payload/line-endings')], echo)).toEqual([]);
  });

  test('waits for text that comes in a write of its own, after a reply that was right', () => {
    const prompted = new Transcript('A', performance.now());
    prompted.sent(Buffer.from('kl'));
    prompted.received(Buffer.from('kl'));
    prompted.sent(Buffer.from('mn'));
    prompted.received(Buffer.from('> mn'));
    prompted.sent(Buffer.of(0));
    const wrong = differs('klmn', 'kl>', 2);
    const causes = diagnose(
      [
        started(launched),
        failed('payload/nul-bytes', wrong, { conversation: [prompted.record()] }),
        failed('payload/one-message', wrong, { conversation: [talk('b', 'b> ')] }),
      ],
      echo,
    );

    expect(causes.map(({ id }) => id)).toEqual(['adds-text-of-its-own']);
    expect(causes[0]?.explains).toHaveLength(2);
  });

  test('of the first message alone is not told of each', () => {
    const wrong = differs('kl', '# kl', 0);
    const both = new Transcript('A', performance.now());
    for (const [sent, came] of [
      ['qrst', '# qrst'],
      ['uvwx', 'uvwx'],
    ] as const) {
      both.sent(Buffer.from(sent));
      both.received(Buffer.from(came));
    }
    const causes = diagnose(
      [
        started(launched),
        failed('payload/one-message', wrong, { conversation: [talk('klmn', '# klmn')] }),
        failed('payload/forgets-earlier-messages', wrong, { conversation: [both.record()] }),
      ],
      echo,
    );

    expect(causes.map(({ id }) => id)).toContain('adds-text-to-its-first-reply');
    expect(causes.map(({ id }) => id)).not.toContain('adds-text-of-its-own');
    expect(causes[0]?.shows).toContain('For the first message of a connection the server puts');
  });

  test('sees what all wrong replies have in common, and no right one: a percent sign', () => {
    const wrong = differs('%b', '0');
    const found = (...talks: readonly (readonly [string, string])[]) =>
      diagnose(
        talks.map(([sent, came], nth) =>
          failed(nth === 0 ? 'payload/no-word-is-special' : 'payload/any-bytes', wrong, {
            conversation: [talk('abc', 'abc'), talk(sent, came)],
          }),
        ),
        echo,
      ).map(({ id, confidence }) => [id, confidence]);

    expect(found(['%b', '0'], ['a%5.3dz', 'a  000z'])).toEqual([
      ['prints-with-the-message-as-format', 'likely'],
    ]);
    expect(found(['%b', 'b'], ['a%', 'a'])).not.toContainEqual([
      'prints-with-the-message-as-format',
      'likely',
    ]);
  });

  test('tells a reply that is cut at each read from one that waits for the next event', () => {
    const long = 'x'.repeat(3000);
    const stopped = (came: number): Finding => ({
      kind: 'silence',
      awaited: 'reply',
      waitedMs: 200,
      expected: { ...excerpt(''), length: long.length },
      observed: { ...excerpt(''), length: came },
    });
    const stop = (id: BehaviourId, came: number): RunEvent =>
      failed(id, stopped(came), { conversation: [talk(long, long.slice(0, came))] });
    const found = (...events: RunEvent[]) =>
      diagnose(events, echo).map(({ id, confidence }) => [id, confidence]);
    const gap = (id: BehaviourId): RunEvent =>
      failed(
        id,
        { kind: 'bytes', at: 1024, goesOnAt: 4096, expected: excerpt('a'), observed: excerpt('b') },
        { conversation: [talk(long.repeat(9), long)] },
      );
    const [size, fin, late] = [
      'stream/replies-at-once-at-any-size',
      'half-close/fin-right-behind-the-data',
      'stream/reader-starts-late',
    ] as const;

    expect(found(stop(size, 1024), stop(fin, 2048), stop(late, 1024))).toEqual([
      ['reads-once-an-event', 'likely'],
    ]);
    expect(found(stop(size, 1024), stop(fin, 1024), gap(late), gap('payload/megabytes'))).toEqual([
      ['reply-stops-at-the-buffer', 'likely'],
    ]);
  });
});

describe('a diagnosis of what differs in its bytes alone', () => {
  const wrong = differs('KLM', 'klm');
  const atFin = ['half-close/sends-all-it-owes', 'half-close/fin-right-behind-the-data'] as const;

  test('blames no end of the client’s where a change of letters explains it', () => {
    const causes = diagnose(
      [
        passed('payload/one-message'),
        failed('payload/any-text', wrong, { conversation: [talk('KLM', 'klm')] }),
        failed('payload/any-bytes', wrong, { conversation: [talk('XY', 'xy')] }),
        ...atFin.map((id) => failed(id, wrong, { conversation: [talk('KLM', 'klm')] })),
      ],
      echo,
    );

    expect(causes.map(({ id }) => id)).toEqual(['changes-letters']);
    expect(causes[0]?.explains).toHaveLength(4);
  });

  test('is less sure in a run that was narrowed, and certain in none without an experiment', () => {
    const only = (...ids: readonly string[]): RunEvent => ({
      type: 'planned',
      behaviours: behaviours.filter(({ id }) => ids.includes(id)).map(describeBehaviour),
    });
    const [one, other] = [
      failed('payload/any-text', wrong, { conversation: [talk('KLM', 'klm')] }),
      failed('payload/any-bytes', wrong, { conversation: [talk('XY', 'xy')] }),
    ];

    const narrowed = diagnose([only('payload/any-text', 'payload/any-bytes'), one, other], echo);
    const whole = diagnose([one, other], echo);

    expect(narrowed.map(({ confidence }) => confidence)).toEqual(['likely']);
    expect(whole.map(({ confidence }) => confidence)).toEqual(['likely']);
  });

  test('names no byte as sent for itself', () => {
    const unraised = differs('A', 'a');

    const causes = diagnose(
      [failed('payload/any-text', unraised, { conversation: [talk('abz', 'aBZ')] })],
      uppercase,
    );

    expect(causes.length).toBeGreaterThan(0);
    expect(causes.map(({ shows }) => shows).join(' ')).not.toMatch(/(0x..) for \1/);
  });
});
