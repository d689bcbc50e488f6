import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const never = new Promise<string>(() => undefined);

test('gives what is promised, and listens to the signal no more', async () => {
  const { signal } = new AbortController();

  await expect(unlessAborted(Promise.resolve('there'), signal)).resolves.toBe('there');
  await expect(unlessAborted(Promise.reject(new Error('not there')), signal)).rejects.toThrow(
    'not there',
  );

  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('waits no longer than for the abort', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(never, stop.signal);
  stop.abort(new Error('stopped'));

  await expect(waiting).rejects.toThrow('stopped');
});

test('does not begin to wait after the abort', async () => {
  const signal = AbortSignal.abort(new Error('stopped before'));

  await expect(unlessAborted(never, signal)).rejects.toThrow('stopped before');
});
