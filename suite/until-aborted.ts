import type { Readable } from 'node:stream';

/**
 * The chunks of `stream` until it ends; the next one is rejected with the signal's reason once that is
 * aborted, also while it is waited for.
 */
export function untilAborted(stream: Readable, signal: AbortSignal): AsyncIterator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => undefined);
  return {
    next: () => Promise.race([chunks.next(), aborted]),
    // The iterator's own return() waits for a read that may never end.
    return: () => {
      stream.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
