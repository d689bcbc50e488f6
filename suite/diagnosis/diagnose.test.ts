import { describe, expect, test } from 'vitest';
import { Transcript, type TranscriptRecord } from '../../clients/transcript.ts';
import { excerpt, failed, launched, passed, started } from '../../fixtures/support/run-events.ts';
import { describe as describeBehaviour } from '../behaviours/behaviour.ts';
import { behaviours, type BehaviourId } from '../behaviours/behaviours.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import type { Finding, RunEvent, TargetInfo } from '../events/events.ts';
import { diagnose } from './diagnose.ts';

const died = (signal: string | null, exitCode: number | null = null): Finding => ({
  kind: 'died',
  signal,
  exitCode,
});

/** A client that sent one message, and heard `came`. */
function talk(sent: string, came: string): TranscriptRecord {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  transcript.sent(Buffer.from(sent, 'latin1'));
  if (came !== '') transcript.received(Buffer.from(came, 'latin1'));
  transcript.add({ kind: 'fin-sent' });
  transcript.add({ kind: 'fin-received', afterBytes: came.length });
  return transcript.record();
}

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

const flood = 'robustness/survives-a-flood';
const unread = 'robustness/survives-leaving-with-unread-replies';
const staysUp = 'robustness/stays-up';

describe('a diagnosis', () => {
  test('folds all failures of one mistake under it, the most telling first', () => {
    const causes = diagnose(
      [
        started(launched),
        failed(flood, died('SIGPIPE')),
        failed(unread, died('SIGPIPE')),
        failed(staysUp, died(null)),
      ],
      echo,
    );

    expect(causes.map(({ id, confidence }) => [id, confidence])).toEqual([
      ['killed-by-sigpipe', 'certain'],
    ]);
    expect(causes[0]?.explains).toEqual([unread, flood, staysUp]);
    expect(causes[0]?.mend.map(({ language }) => language)).toEqual([
      'c',
      'python',
      'java',
      'javascript',
    ]);
  });

  test('names two mistakes, and puts each failure under one of them', () => {
    const nul: Finding = {
      kind: 'bytes',
      at: 1,
      expected: excerpt('k\0l'),
      observed: excerpt('k'),
    };
    const causes = diagnose(
      [
        started(launched),
        failed('payload/nul-bytes', nul, { conversation: [talk('k\0l', 'k')] }),
        failed('payload/any-bytes', nul, { conversation: [talk('ab\0c', 'ab')] }),
        failed(unread, died('SIGPIPE')),
      ],
      echo,
    );

    expect(causes.map(({ id }) => id)).toEqual(['reply-ends-at-nul', 'killed-by-sigpipe']);
    const explained = causes.flatMap(({ explains }) => explains);
    expect(explained).toEqual([...new Set(explained)]);
    expect(causes[0]?.shows).toContain('"');
  });

  test('claims no rewrite that a passed behaviour would have shown', () => {
    const missing: Finding = {
      kind: 'bytes',
      at: 0,
      expected: excerpt('\n'),
      observed: excerpt(''),
    };
    const only = [
      started(launched),
      failed('payload/any-text', missing, { conversation: [talk('kl\n', 'kl')] }),
    ];

    expect(diagnose(only, echo)[0]?.id).toBe('strips-the-line-end');
    expect(diagnose([...only, passed('payload/line-endings')], echo)).toEqual([]);
  });

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

  test('puts bytes of another client under the shared buffer, in whatever family they came', () => {
    const mixed: Finding = {
      kind: 'bytes',
      at: 0,
      expected: excerpt('klmno'),
      observed: excerpt('abcde'),
    };
    const conversation = [
      { ...talk('abcde', 'abcde'), client: 'A' },
      { ...talk('klmno', 'abcde'), client: 'B' },
    ];
    const [cause, ...others] = diagnose(
      [
        started(launched),
        failed('concurrency/no-byte-crosses-over', mixed, { conversation }),
        failed(unread, mixed, { conversation }),
      ],
      echo,
    );

    expect(others).toEqual([]);
    expect(cause?.id).toBe('buffer-shared-by-clients');
    expect(cause?.explains).toContain(unread);
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
        { summary: `${more} ${things} more were there after 9 clients had come and gone.` },
      );
    const found = (...events: RunEvent[]) =>
      diagnose([started(launched), ...events], echo).map(({ id, confidence }) => [id, confidence]);
    const one = count('process/closes-descriptors', 9, 'open descriptors');
    const four = count('process/closes-descriptors', 36, 'open descriptors');
    const threads = 'process/ends-threads-and-children';

    expect(found(open)).toEqual([['ignores-end-of-file', 'likely']]);
    expect(found(open, one, passed(threads))).toEqual([['descriptors-are-not-closed', 'certain']]);
    expect(found(open, one, count(threads, 9, 'threads'))).toEqual([
      ['ignores-end-of-file', 'certain'],
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

  test('waits for text that comes in a write of its own, after a reply that was right', () => {
    const prompted = new Transcript('A', performance.now());
    prompted.sent(Buffer.from('kl'));
    prompted.received(Buffer.from('kl'));
    prompted.sent(Buffer.from('mn'));
    prompted.received(Buffer.from('> mn'));
    prompted.sent(Buffer.of(0));
    const wrong: Finding = {
      kind: 'bytes',
      at: 2,
      expected: excerpt('klmn'),
      observed: excerpt('kl>'),
    };
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

  test('sees what all wrong replies have in common, and no right one: a percent sign', () => {
    const wrong: Finding = {
      kind: 'bytes',
      at: 0,
      expected: excerpt('%b'),
      observed: excerpt('0'),
    };
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
      ['reply-stops-at-the-buffer', 'certain'],
    ]);
  });

  test('tells a flood that a message begins from one that the client’s FIN begins', () => {
    const endless: Finding = { kind: 'other', expected: 'FIN', observed: 'more and no end' };
    const flood = (beforeBytes: number): RunEvent => {
      const client = new Transcript('A', performance.now());
      client.sent(Buffer.from('abcdefghi'));
      client.received(Buffer.alloc(beforeBytes, 'y'));
      client.add({ kind: 'fin-sent' });
      client.received(Buffer.alloc(9000, 'y'));
      return failed('half-close/closes-too', endless, { conversation: [client.record()] });
    };
    const found = (...events: RunEvent[]) =>
      diagnose(events, echo).map(({ id, confidence }) => [id, confidence]);

    expect(found(flood(9))).toEqual([['sends-on-after-end-of-file', 'certain']]);
    expect(found(flood(9000), passed('accept/stays-silent-until-spoken-to'))).toEqual([
      ['answers-without-end', 'certain'],
    ]);
    expect(found(flood(9000))).toEqual([['answers-without-end', 'likely']]);
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
    const said: Finding = { kind: 'bytes', at: 0, expected: excerpt(''), observed: excerpt('xxx') };
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
    expect(found(lying('the connection not accepted'))).toEqual([['never-accepts', 'certain']]);
    expect(found(lying('3 bytes still unread by the server'), heldOn)).toEqual([
      ['accepts-and-never-reads', 'certain'],
    ]);
    expect(
      found(lying('the connection not accepted while the server held 2 of earlier clients')),
    ).toEqual([['accepts-and-never-reads', 'likely']]);
    expect(
      found(failed('accept/stays-silent-until-spoken-to', said, { conversation: [loud.record()] })),
    ).toEqual([['sends-without-end', 'certain']]);
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

  test('claims nothing where nothing fits, and nothing of a server that failed nothing', () => {
    const odd = failed('accept/accepts', { kind: 'other', expected: 'a', observed: 'b' });

    expect(diagnose([started(launched), odd], echo)).toEqual([]);
    expect(diagnose([started(launched), passed('accept/accepts')], echo)).toEqual([]);
  });
});

describe('a diagnosis of what differs in its bytes alone', () => {
  const wrong: Finding = {
    kind: 'bytes',
    at: 0,
    expected: excerpt('KLM'),
    observed: excerpt('klm'),
  };
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

  test('is certain of nothing in a run that was narrowed', () => {
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
    expect(whole.map(({ confidence }) => confidence)).toEqual(['certain']);
  });

  test('names no byte as sent for itself', () => {
    const unraised: Finding = {
      kind: 'bytes',
      at: 0,
      expected: excerpt('A'),
      observed: excerpt('a'),
    };

    const causes = diagnose(
      [failed('payload/any-text', unraised, { conversation: [talk('abz', 'aBZ')] })],
      uppercase,
    );

    expect(causes.length).toBeGreaterThan(0);
    expect(causes.map(({ shows }) => shows).join(' ')).not.toMatch(/(0x..) for \1/);
  });
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

test('clients that vanish stopped nobody who serves on, though with bytes of others', () => {
  const hundred = 'robustness/survives-vanishing-by-the-hundred';
  const causesOf = (finding: Finding): string[] =>
    diagnose([started(launched), failed(hundred, finding)], echo).map(({ id }) => id);
  const nothing = { expected: excerpt('kl'), observed: excerpt('') };

  expect(causesOf({ kind: 'silence', awaited: '2 bytes', waitedMs: 2000, ...nothing })).toContain(
    'many-errors-stop-the-server',
  );
  expect(
    causesOf({ kind: 'bytes', at: 0, expected: excerpt('kl'), observed: excerpt('xy') }),
  ).not.toContain('many-errors-stop-the-server');
});
