import type { Readable } from 'node:stream';
import { unlessAborted } from './unless-aborted.ts';

/**
 * The chunks of `stream` until it ends; the next one is rejected with the signal's reason once that is
 * aborted, also while it is waited for.
 */
export function untilAborted(stream: Readable, signal: AbortSignal): AsyncIterator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return {
    next: () => unlessAborted(chunks.next(), signal),
    // The iterator's own return() waits for a read that may never end.
    return: () => {
      stream.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
