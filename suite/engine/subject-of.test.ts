// Which failures are investigated, by the conversation that is held again.
import { expect, test } from 'vitest';
import { madeUp } from '../../fixtures/support/made-up.ts';
import { excerpt } from '../../clients/transcript.ts';
import { behaviour } from '../behaviours/behaviour.ts';
import type { Failed } from '../events/events.ts';
import { subjectOf } from './subject-of.ts';

const nothing = excerpt(Buffer.alloc(0));

/** A client that says two letters is left without what it waits for. */
const silent = (awaited: 'reply' | 'fin'): Failed => ({
  kind: 'failed',
  summary: 'It was silent.',
  finding: { kind: 'silence', awaited, waitedMs: 2000, expected: nothing, observed: nothing },
  conversation: [
    {
      client: 'A',
      sentBytes: 2,
      receivedBytes: 0,
      entries: [
        { atMicros: 0, kind: 'connected' },
        { atMicros: 1, kind: 'sent', bytes: excerpt(Buffer.from('hi')) },
      ],
    },
  ],
  tally: { failed: 3, of: 3 },
  hint: 'None.',
  again: { command: '', token: '' },
});

test('a reply that does not come is waited for again, a FIN is not: no experiment would miss it', () => {
  const about = behaviour({ ...madeUp, id: 'half-close/made-up', check: () => Promise.resolve() });
  const found = (awaited: 'reply' | 'fin') =>
    subjectOf(
      about,
      silent(awaited),
      (byteCount) => Buffer.alloc(byteCount, 'a'),
      () => 2,
    );

  expect(found('reply')?.steps.map((step) => step.do)).toEqual(['connect', 'send', 'receive']);
  expect(found('fin')).toBeUndefined();
});
