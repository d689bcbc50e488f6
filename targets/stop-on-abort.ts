import type { Target } from './target.ts';

/**
 * Stops `target` as soon as `signal` aborts, whatever it is doing: a start under way gives up.
 * @returns a function that calls it off
 * @throws {Error} the reason of the signal, when it has aborted already
 */
export function stopOnAbort(target: Pick<Target, 'stop'>, signal: AbortSignal): () => void {
  signal.throwIfAborted();
  const stop = (): void => void target.stop().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}
