import { expect, test } from 'vitest';
import { differs, failedIn, passed, talk } from '../../../../fixtures/support/run-events.ts';
import type { BehaviourId } from '../../../behaviours/behaviours.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

/** A first message that was answered with so many NULs. */
const answeredWithNuls = (id: BehaviourId, sent: string, count: number): RunEvent =>
  failedIn(id, differs(sent, '\0'.repeat(count)), talk(sent, '\0'.repeat(count)));

const named = (...events: readonly RunEvent[]): string[] =>
  diagnose([passed('payload/answers'), ...events], echo).map(({ id }) => id);

test('what lies behind a message in a buffer is told by the size that both together have', () => {
  expect(
    named(
      answeredWithNuls('payload/one-message', 'b', 89),
      answeredWithNuls('payload/forgets-earlier-messages', 'bcd', 87),
      answeredWithNuls('payload/any-bytes', 'bcdfg', 85),
    )[0],
  ).toBe('sends-what-lies-behind');
  expect(named(answeredWithNuls('payload/one-message', 'b', 255))[0]).toBe(
    'sends-what-lies-behind',
  );
});

test('replies of sizes that fit no one buffer are not', () => {
  expect(
    named(
      answeredWithNuls('payload/one-message', 'b', 89),
      answeredWithNuls('payload/any-bytes', 'bcd', 89),
    ),
  ).not.toContain('sends-what-lies-behind');
});
