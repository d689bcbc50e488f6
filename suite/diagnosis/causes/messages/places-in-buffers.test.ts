import { describe, expect, test } from 'vitest';
import { excerpt, failed, passed } from '../../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../../behaviours/behaviours.ts';
import { echo } from '../../../contracts/echo.ts';
import type { Finding, RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

const named = (...events: readonly RunEvent[]): string[] =>
  diagnose(events, echo).map(({ id }) => id);

/** A reply of the whole length, of which the byte at `at` is a NUL, and those of `more` too. */
function damaged(length: number, at: number, more: readonly number[] = []): Finding {
  const offset = at - 8;
  const due = Buffer.alloc(Math.min(32, length - offset), 'b');
  const came = Buffer.from(due);
  for (const place of [at, ...more]) came[place - offset] = 0;
  const part = (bytes: Buffer) => ({ hex: bytes.toString('hex'), offset, length });
  return { kind: 'bytes', at, reordered: false, expected: part(due), observed: part(came) };
}

describe('a byte that is wrong in longer messages alone', () => {
  const sizes = ['payload/every-size', 'stream/replies-at-once-at-any-size'] as const;
  const all = (finding: Finding): RunEvent[] =>
    [...sizes, 'half-close/fin-right-behind-the-data' as const].map((id) => failed(id, finding));

  test('is lost where a buffer grows when it is the last that this held, and no other is wrong', () => {
    expect(named(...all(damaged(1025, 1023)))).toEqual(['loses-a-byte-where-a-buffer-grows']);
  });

  test('is changed by what came behind it where it stands elsewhere, or others are wrong too', () => {
    expect(named(...all(damaged(1025, 1000)))).toEqual(['buffer-filled-before-it-is-sent']);
    expect(named(...all(damaged(1025, 1023, [1024])))).not.toContain(
      'loses-a-byte-where-a-buffer-grows',
    );
  });
});

describe('a reply that stops within', () => {
  const stopped = (came: number): Finding => ({
    kind: 'silence',
    awaited: 'reply',
    waitedMs: 100,
    expected: { ...excerpt('b'), length: came + 8 },
    observed: { ...excerpt('b'), length: came },
  });
  const right = (['payload/every-size', 'payload/megabytes'] as const).map(passed);
  const many: BehaviourId = 'stream/many-messages-on-one-connection';
  const crossing: BehaviourId = 'concurrency/no-byte-crosses-over';

  test('where a power of two has gone over its connection stops at the end of a ring', () => {
    const found = named(...right, failed(many, stopped(16_384)), failed(crossing, stopped(32_768)));

    expect(found).toEqual(['keeps-back-what-lies-behind-a-ring']);
  });

  test('anywhere else, now and then, or of a server that answers no megabytes does not', () => {
    const ring = 'keeps-back-what-lies-behind-a-ring';
    const rare = { tally: { failed: 1, of: 3 } };

    expect(named(...right, failed(many, stopped(16_000)))).not.toContain(ring);
    expect(named(...right, failed(many, stopped(16_384), rare))).not.toContain(ring);
    expect(named(failed(many, stopped(16_384)))).not.toContain(ring);
  });
});
