// What a server died of, or why it listens no longer.
import { describe, expect, test } from 'vitest';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import {
  died,
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
import type { Finding, RunEvent, TargetInfo } from '../../events/events.ts';
import { diagnose } from '../diagnose.ts';

/** The record of a client who was let in at that microsecond of the run, and answered. */
function named(client: string, atMicros: number): TranscriptRecord {
  const { entries, ...record } = talk('abc', 'abc');
  return { ...record, client, entries: entries.map((entry) => ({ ...entry, atMicros })) };
}

/** A client who was let in at that microsecond, said something and reset its connection. */
function resetting(atMicros: number): TranscriptRecord {
  const { entries, ...record } = named('A', atMicros);
  return { ...record, entries: [...entries.slice(0, 3), { kind: 'reset-sent', atMicros }] };
}

const staysUp = 'robustness/stays-up';

describe('a diagnosis of a server that is gone', () => {
  test('tells a listener that is closed from a process that has ended', () => {
    const gone = failed('robustness/survives-reset-mid-message', died(null), {
      conversation: [resetting(1)],
    });

    const [cause] = diagnose([started(launched), gone], echo);
    expect([cause?.id, cause?.confidence]).toEqual(['error-closes-the-listener', 'likely']);
    const byAddress: TargetInfo = { ...launched, kind: 'address' };
    expect(diagnose([started(byAddress), gone], echo)[0]?.id).toBe(
      'connection-error-ends-the-server',
    );
  });

  test('takes a port that is closed for a while, where a reset ends others and new clients are let in, for no closed listener', () => {
    const { entries, ...bystander } = named('B', 1);
    const ended: TranscriptRecord['entries'] = [
      ...entries.slice(0, 3),
      { kind: 'fin-received', atMicros: 12, afterBytes: 3 },
    ];
    const others = failed(
      'robustness/survives-reset-at-once',
      { kind: 'ended', by: 'fin', expected: excerpt('abc'), observed: excerpt('') },
      { conversation: [{ ...bystander, entries: ended }, resetting(9)] },
    );
    const gone = failed('robustness/survives-reset-mid-message', died(null), {
      conversation: [resetting(1)],
    });
    const stays = failed(staysUp, died(null));

    const found = diagnose([started(launched), others, gone, stays], echo);
    expect(found).toMatchObject([
      {
        id: 'one-error-ends-all-conversations',
        explains: [
          'robustness/survives-reset-at-once',
          'robustness/survives-reset-mid-message',
          staysUp,
        ],
      },
    ]);
    expect(found[0]?.shows).toContain('Elsewhere nothing listened on the port behind a reset');
  });

  test('knows a reset that a program aborts of, by what it printed and not by its stack trace', () => {
    const outputTail = [
      "thread '<unnamed>' panicked at server.rs:2:78:",
      'called `Result::unwrap()` on an `Err` value: Os { code: 104, kind: ConnectionReset, message: "Connection reset by peer" }',
      'stack backtrace:',
      '   1: core::panicking::panic_fmt',
      '             at /rustc/5980/library/core/src/panicking.rs:80:14',
    ].join('\n');
    const gone = failed('robustness/survives-reset-mid-message', died('SIGABRT'), {
      conversation: [resetting(1)],
      outputTail,
    });

    const later = failed('process/no-cpu-after-a-client-left', died('SIGABRT'), { outputTail });

    const [cause, ...more] = diagnose([started(launched), gone, later], echo);
    expect(cause?.id).toBe('connection-error-ends-the-server');
    expect(more).toEqual([]);
    expect(cause?.explains).toHaveLength(2);
    expect(cause?.shows).toContain('It printed: called `Result::unwrap()`');
    const other = failed('concurrency/any-interleaving', died('SIGABRT'), {
      outputTail: outputTail.replaceAll(/Os \{.*\}/gu, 'ParseIntError'),
    });
    expect(diagnose([started(launched), other], echo)[0]?.shows).toContain('ParseIntError');
  });

  test('blames no reset after which a client was let in, nor where the port closes without one', () => {
    const mid = 'robustness/survives-reset-mid-message';
    const later = failed(mid, died(null), { conversation: [resetting(1), named('B', 9)] });
    const after = failed(mid, died(null), { conversation: [named('A', 1), resetting(9)] });
    const inTurn = failed('accept/serves-clients-in-turn', died(null), {
      conversation: ['BF', 'BG', 'BH'].map((name, nth) => named(name, nth)),
    });
    const found = (...events: RunEvent[]) =>
      diagnose([started(launched), passed('payload/any-bytes'), ...events], echo);
    const many = 'closes-the-listener-after-some-clients';

    expect(found(later, failed(staysUp, died(null))).map(({ id }) => id)).toEqual([many]);
    const [cause, ...others] = found(after, inTurn);
    expect(others).toEqual([]);
    expect([cause?.id, cause?.confidence]).toEqual([many, 'likely']);
    expect(cause?.shows).toContain('after 60 clients');
    expect(cause?.explains).toEqual(['accept/serves-clients-in-turn', mid]);
    expect(found(after).map(({ id }) => id)).toEqual(['error-closes-the-listener']);
  });

  test.each([
    ['a client was let in behind the reset', [resetting(1), named('B', 9)]],
    ['nobody was', [resetting(9)]],
  ])('takes a process that resets end for ended where nobody told how, and %s', (_, late) => {
    const exited = failed('robustness/survives-reset-at-once', died(null, 1), {
      conversation: [resetting(1)],
      outputTail: "  code: 'ECONNRESET',\n",
    });
    const untold = failed('robustness/survives-reset-mid-reply', died(null), {
      conversation: late,
    });
    const events = [started(launched), passed('payload/any-bytes'), exited, untold];

    expect(diagnose(events, echo)).toMatchObject([
      {
        id: 'connection-error-ends-the-server',
        confidence: 'certain',
        explains: ['robustness/survives-reset-at-once', 'robustness/survives-reset-mid-reply'],
      },
    ]);
  });

  test('puts every death under a client’s reset at which the server printed that error', () => {
    const outputTail = "  code: 'ECONNRESET',\n";
    const dies = (id: BehaviourId, printed: string): RunEvent =>
      failed(id, died(null, 1), { conversation: [resetting(1)], outputTail: printed });
    const explained = (printed: string) =>
      diagnose(
        [
          started(launched),
          dies('robustness/survives-reset-at-once', outputTail),
          dies('process/memory-bounded-by-a-slow-reader', printed),
        ],
        echo,
      ).find(({ id }) => id === 'connection-error-ends-the-server')?.explains;

    expect(explained(outputTail)).toContain('process/memory-bounded-by-a-slow-reader');
    expect(explained('goodbye\n')).toEqual(['robustness/survives-reset-at-once']);
  });

  test('tells a program that ends by itself from one that a client ends', () => {
    const gone = (finding: Finding, outputTail = ''): RunEvent[] => [
      started(launched),
      ...(['payload/answers', 'process/same-process'] as const).map((id) =>
        failed(id, finding, { conversation: [talk('abc', 'abc')], outputTail }),
      ),
      failed(staysUp, died(null)),
    ];
    const first = (events: RunEvent[]) => {
      const [cause, ...others] = diagnose(events, echo);
      expect(others).toEqual([]);
      return [cause?.id, cause?.confidence, cause?.explains.length];
    };

    expect(first(gone(died(null, 0)))).toEqual(['ends-with-its-first-clients', 'certain', 3]);
    expect(first(gone(died(null, 1), 'goodbye\n'))).toEqual([
      'ends-with-its-first-clients',
      'likely',
      3,
    ]);
    expect(first(gone(died(null)))).toEqual(['closes-the-listener', 'certain', 3]);
    expect(first(gone(died(null, 1), 'accept: Interrupted system call\n'))).toEqual([
      'interrupted-accept-ends-the-server',
      'certain',
      3,
    ]);
    const thrown = diagnose(gone(died(null, 1), 'Traceback …\nIndexError: 0\n'), echo);
    expect(thrown[0]?.id).toBe('an-error-ends-the-server');
  });

  test('is possibly left by its loop where all that is known is that it went with its first client', () => {
    const summary =
      'The server exited with status 0, during the first conversation or right after.';
    const causesOf = (said: string, outputTail = '') =>
      diagnose(
        [started(launched), failed(staysUp, died(null), { summary: said, outputTail })],
        echo,
      );

    expect(causesOf(summary)).toMatchObject([
      { id: 'ends-with-its-first-clients', confidence: 'possible', shows: summary },
    ]);
    expect(causesOf('The server was killed by SIGSEGV, during the first conversation.')).toEqual(
      [],
    );
    expect(causesOf(summary, 'ValueError: no').map(({ id }) => id)).not.toContain(
      'ends-with-its-first-clients',
    );
  });

  test('does not blame for a death what was never answered', () => {
    const unanswered = failed('payload/one-message', died(null, 0), {
      conversation: [talk('abc', '')],
    });

    expect(diagnose([started(launched), unanswered], echo)).toEqual([]);
    const atTimes = failed('payload/answers', died(null, 1), { tally: { failed: 1, of: 20 } });
    expect(diagnose([started(launched), atTimes], echo)[0]?.id).toBe('ends-with-its-first-clients');
  });

  test('is as sure of an error as what the server printed makes it', () => {
    const exits = (outputTail: string): RunEvent[] => [
      started(launched),
      failed('robustness/survives-reset-at-once', died(null, 1), { outputTail }),
    ];

    const printed = 'Traceback …\nConnectionResetError: [Errno 104] Connection reset by peer\n';
    expect(diagnose(exits(printed), echo)[0]).toMatchObject({
      id: 'connection-error-ends-the-server',
      confidence: 'certain',
    });
    expect(diagnose(exits(''), echo)[0]?.confidence).toBe('likely');
  });

  test('of a write that would have had to wait is no matter of resets, and says what was printed there', () => {
    const dies = (id: BehaviourId, outputTail: string, records = [named('A', 1)]): RunEvent =>
      failed(id, died(null, 1), { outputTail, conversation: records });
    const full = 'BlockingIOError: [Errno 11] Resource temporarily unavailable\n';
    const reset = 'ConnectionResetError: [Errno 104] Connection reset by peer\n';
    const events = [
      started(launched),
      dies('stream/slow-reader', full),
      dies('payload/every-size', full),
      dies('concurrency/slow-reader-blocks-nobody', full),
      dies('robustness/survives-reset-at-once', reset, [resetting(9)]),
      dies('robustness/survives-a-flood', full, [resetting(9)]),
    ];

    const causes = diagnose(events, echo).map(({ id, shows, explains }) => ({
      id,
      printed: /It printed: (\w+)/u.exec(shows)?.[1],
      explains,
    }));
    expect(causes).toEqual([
      {
        id: 'gives-up-on-a-full-socket-buffer',
        printed: 'BlockingIOError',
        explains: [
          'stream/slow-reader',
          'payload/every-size',
          'concurrency/slow-reader-blocks-nobody',
          'robustness/survives-a-flood',
        ],
      },
      {
        id: 'connection-error-ends-the-server',
        printed: 'ConnectionResetError',
        explains: ['robustness/survives-reset-at-once'],
      },
    ]);
  });

  test('of an error names the one that was printed when it happened', () => {
    const dies = (id: BehaviourId, outputTail: string): RunEvent =>
      failed(id, died(null, 1), { outputTail });
    const events = [
      started(launched),
      dies('payload/invalid-utf8', 'UnicodeDecodeError: no\n'),
      dies('robustness/survives-reset-at-once', 'ConnectionResetError: gone\n'),
    ];

    const cause = diagnose(events, echo).find(({ id }) => id === 'an-error-ends-the-server');
    expect(cause?.shows).toContain('during payload/invalid-utf8. It printed: UnicodeDecodeError');
  });

  test('does not take an exception that nobody caught for damaged memory', () => {
    const aborted = (outputTail: string): RunEvent[] => [
      started(launched),
      failed('payload/megabytes', died('SIGABRT'), { outputTail }),
    ];

    const [thrown] = diagnose(aborted("terminate called after throwing 'std::length_error'"), echo);
    expect(thrown?.id).toBe('an-error-ends-the-server');
    expect(thrown?.confidence).not.toBe('certain');
    expect(diagnose(aborted('*** stack smashing detected ***'), echo)[0]?.id).toBe(
      'crashes-with-a-memory-fault',
    );
  });

  test('clients that vanish stopped nobody who serves on, though with bytes of others', () => {
    const hundred = 'robustness/survives-vanishing-by-the-hundred';
    const causesOf = (finding: Finding, conversation = [resetting(1)]): string[] =>
      diagnose([started(launched), failed(hundred, finding, { conversation })], echo).map(
        ({ id }) => id,
      );
    const nothing = { expected: excerpt('kl'), observed: excerpt('') };
    const silent: Finding = { kind: 'silence', awaited: '2 bytes', waitedMs: 2000, ...nothing };

    expect(causesOf(silent)).toContain('many-errors-stop-the-server');
    expect(causesOf(differs('kl', 'xy'))).not.toContain('many-errors-stop-the-server');
    // Nobody had vanished yet: the first client of all was not answered.
    expect(causesOf(silent, [])).not.toContain('many-errors-stop-the-server');
  });

  test('what a server left behind that ended with its first client is started by nothing else', () => {
    const other = (expected: string, observed: string): Finding => ({
      kind: 'other',
      expected,
      observed,
    });
    const another = failed('process/same-process', other('process 8', 'process 9'));
    const unheard = failed(
      'payload/answers',
      other('a reply', 'no byte, the connection not accepted while the server held 2'),
    );
    const ended = failed('robustness/stays-up', died(null, 0), {
      summary: 'The server exited with status 0, during the first conversation or right after.',
    });
    const named = (...events: RunEvent[]): [string, string][] =>
      diagnose([started(launched), ...events], echo).map(({ id, confidence }) => [id, confidence]);

    expect(named(another)).toEqual([['is-started-again', 'certain']]);
    expect(named(unheard, another, ended)).toEqual([['ends-with-its-first-clients', 'likely']]);
  });
});
