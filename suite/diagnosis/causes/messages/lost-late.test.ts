// What servers show that throw away what they have no room for: a queue is full while a client reads late.
import { expect, test } from 'vitest';
import {
  excerpt,
  failed,
  launched,
  started,
  talk,
} from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import type { Finding, RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

const full = 65_536;
const sent = 'k'.repeat(full + 1);

/** The first so many bytes came of what was sent, and then the server's end. */
const cut: Finding = {
  kind: 'ended',
  by: 'fin',
  expected: excerpt(sent),
  observed: excerpt('k'.repeat(full)),
};

const gap = (at: number, goesOnAt: number): Finding => ({
  kind: 'bytes',
  at,
  goesOnAt,
  expected: excerpt('a'),
  observed: excerpt('b'),
});

const late: readonly RunEvent[] = [
  failed('stream/reader-starts-late', gap(full, 2_290_661)),
  failed('stream/slow-reader', gap(803_813, 811_000)),
  failed('half-close/sends-all-it-owes-when-large', gap(full, 98_304)),
];

/** The causes where a message that fills the queue was cut off, each time that it was held or `nowAndThen`. */
function found(isNowAndThen: boolean): { id: string; explains: readonly string[] }[] {
  const rate = { failed: 17, of: 35, lowest: 0.33, highest: 0.64 };
  const law = { respects: [{ dimension: 'repetition', says: 'Now and then.' }], rate } as const;
  const conversation = [talk(sent, sent.slice(0, full))];
  const events: RunEvent[] = [
    started(launched),
    failed('payload/every-size', cut, {
      conversation,
      ...(isNowAndThen ? { law: { ...law, experiments: 35 } } : {}),
    }),
    ...late,
    failed('half-close/sends-all-it-owes', cut, { conversation }),
  ];
  return diagnose(events, echo).map(({ id, explains }) => ({ id, explains }));
}

test('what a queue has no room for is lost now and then, and no buffer ends there', () => {
  const [cause, ...others] = found(true);

  expect(cause?.id).toBe('short-write-is-not-continued');
  expect(cause?.explains).toContain('payload/every-size');
  expect(cause?.explains).toContain('half-close/sends-all-it-owes');
  expect(others).toEqual([]);
});

test('where it is cut there each time, it is a matter of size', () => {
  expect(found(false)[0]?.id).not.toBe('short-write-is-not-continued');
});
