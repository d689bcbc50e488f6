// What a diagnosis makes of all failures of a run: which it puts under which mistake, and in which order.
import { describe, expect, test } from 'vitest';
import {
  died,
  differs,
  failed,
  launched,
  passed,
  started,
  talk,
} from '../../fixtures/support/run-events.ts';
import { echo } from '../contracts/echo.ts';
import type { RunEvent } from '../events/events.ts';
import { diagnose } from './diagnose.ts';

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
      'go',
      'rust',
      'ruby',
      'php',
    ]);
  });

  test('names two mistakes, and puts each failure under one of them', () => {
    const nul = differs('k\0l', 'k', 1);
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

  test('names what fails the run before what is only recommended, however certain that is', () => {
    const port = 'process/fails-clearly-when-the-port-is-taken';
    const about = { requirement: '', reference: '', family: '' };
    const planned = (portLevel: 'must' | 'should') => ({
      type: 'planned' as const,
      behaviours: [
        { id: port, level: portLevel, ...about },
        { id: 'payload/nul-bytes', level: 'must' as const, ...about },
      ],
    });
    const found = [
      failed(port, { kind: 'other', expected: 'an exit', observed: 'it went on' }),
      failed('payload/nul-bytes', differs('k\0l', 'k', 1), {
        conversation: [talk('k\0l', 'k')],
      }),
    ];
    const idsOf = (portLevel: 'must' | 'should') =>
      diagnose([started(launched), planned(portLevel), ...found], echo).map(({ id }) => id);

    expect(idsOf('should')).toEqual(['reply-ends-at-nul', 'failed-bind-goes-unnoticed']);
    expect(idsOf('must')).toEqual(['failed-bind-goes-unnoticed', 'reply-ends-at-nul']);
  });

  test('puts bytes of another client under the shared buffer, in whatever family they came', () => {
    const mixed = differs('klmno', 'abcde');
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

  test('drops what is only possible where a likelier cause reaches all of its failures', () => {
    const mixed = differs('klmno', 'vwxyz');
    const conversation = [
      { ...talk('abcde', 'abcde'), client: 'A' },
      { ...talk('klmno', 'vwxyz'), client: 'B' },
    ];
    const shared = failed('concurrency/churn', mixed, { conversation });
    const cut = (failedTimes: number): RunEvent =>
      failed('stream/a-byte-at-a-time', differs('kk', 'kv', 1), {
        conversation: [talk('kk', 'kv')],
        tally: { failed: failedTimes, of: 20 },
      });
    const found = (...events: RunEvent[]): string[] =>
      diagnose([started(launched), ...events], echo).map(({ id }) => id);

    expect(found(cut(13))).toEqual(['takes-each-read-for-a-message']);
    expect(found(shared, cut(13))).toEqual(['buffer-shared-by-clients']);
  });

  test('takes one client for alone only where it gets wrong bytes each time', () => {
    const mixed = differs('klmno', 'vwxyz');
    const conversation = [
      { ...talk('abcde', 'abcde'), client: 'A' },
      { ...talk('klmno', 'vwxyz'), client: 'B' },
    ];
    const found = (failedTimes: number): string[] =>
      diagnose(
        [
          started(launched),
          failed('concurrency/churn', mixed, { conversation }),
          failed('payload/each-byte-value-alone', differs('k', 'v'), {
            conversation: [talk('k', 'v')],
            tally: { failed: failedTimes, of: 20 },
          }),
        ],
        echo,
      ).map(({ id }) => id);

    expect(found(1)).toContain('buffer-shared-by-clients');
    expect(found(20)).not.toContain('buffer-shared-by-clients');
  });

  test('claims nothing where nothing fits, and nothing of a server that failed nothing', () => {
    const odd = failed('accept/accepts', { kind: 'other', expected: 'a', observed: 'b' });

    expect(diagnose([started(launched), odd], echo)).toEqual([]);
    expect(diagnose([started(launched), passed('accept/accepts')], echo)).toEqual([]);
  });
});
