import { expect, it } from 'vitest';
import type { Span } from '../../targets/spans.ts';
import { traceOf } from './trace-events.ts';

const span = (startedMs: number, endedMs: number | undefined, name = 'no reply'): Span => ({
  ...{ kind: 'wait', name, startedMs, endedMs },
  details: { client: 'A' },
});

it('gives spans that overlap rows of their own, and uses a row again', () => {
  const { traceEvents } = traceOf([span(20, 30), span(0, 10), span(5, 15)], 100);
  const complete = traceEvents.filter(({ ph }) => ph === 'X');

  expect(complete.map(({ ts, dur }) => [ts, dur])).toEqual([
    [0, 10_000],
    [5000, 10_000],
    [20_000, 10_000],
  ]);
  const [first, second, third] = complete.map(({ tid }) => tid);
  expect(second).not.toBe(first);
  expect(third).toBe(first);
  const names = traceEvents.filter(({ name }) => name === 'thread_name');
  expect(names.map(({ args }) => args['name'])).toEqual(['waits 1', 'waits 2']);
});

it('ends what goes on where the trace ends, and says so', () => {
  const { traceEvents } = traceOf([span(40, undefined)], 100);

  expect(traceEvents.at(-1)).toMatchObject({ ts: 40_000, dur: 60_000, args: { cutShort: true } });
});
