import { expect, test } from 'vitest';
import { excerpt, failed, passed } from '../../../../fixtures/support/run-events.ts';
import { echo } from '../../../contracts/echo.ts';
import type { RunEvent } from '../../../events/events.ts';
import { diagnose } from '../../diagnose.ts';

const paused = 'concurrency/waits-for-a-paused-reader';
const ended = {
  kind: 'ended',
  by: 'fin',
  expected: { ...excerpt(''), length: 900_000 },
  observed: { ...excerpt(''), length: 100_000 },
} as const;

const named = (...events: readonly RunEvent[]): string[] =>
  diagnose([passed('payload/every-size'), ...events], echo).map(({ id }) => id);

test('a client that is cut off in a pause of a second, and not in a short one, is given up', () => {
  expect(named(failed(paused, ended))).toEqual(['gives-up-on-a-paused-reader']);
  const silence = { ...ended, kind: 'silence', awaited: 'reply', waitedMs: 2000 } as const;
  expect(named(failed(paused, silence))).toEqual([]);
});
