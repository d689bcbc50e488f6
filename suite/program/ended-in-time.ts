// A run that was stopped is reported soon, whatever it is still waiting for.
import type { RunEvent } from '../events/events.ts';

/** How long a run that was stopped may take to end by itself, in milliseconds. */
const graceMs = 1000;

/**
 * The events of a run; when it has not ended a while after `signal` was aborted, what is known by then
 * is all of it: the last event says that it was interrupted. What still went on is given up, and ends
 * with this process.
 * @throws the signal's reason when the run had not even begun
 */
export async function* endedInTime(
  events: AsyncIterable<RunEvent>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, undefined> {
  const startedMs = performance.now();
  const late = whenLate(signal);
  const iterator = events[Symbol.asyncIterator]();
  let isGivenUp = false;
  let hasBegun = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), late.reached]);
      if (next === undefined) {
        isGivenUp = true;
        // Of a run that has not begun nothing is known.
        if (!hasBegun) throw signal.reason as Error;
        const durationMs = Math.round(performance.now() - startedMs);
        yield { type: 'run-finished', durationMs, cutShort: 'the run was interrupted' };
        return;
      }
      if (next.done === true) return;
      hasBegun = true;
      yield next.value;
    }
  } finally {
    late.cancel();
    const returned = iterator.return?.();
    // It may never come back from what it waits for.
    if (isGivenUp) returned?.catch(() => undefined);
    else await returned;
  }
}

function whenLate(signal: AbortSignal): {
  readonly reached: Promise<undefined>;
  readonly cancel: () => void;
} {
  let timer: NodeJS.Timeout | undefined;
  let begin = (): void => undefined;
  const reached = new Promise<undefined>((resolve) => {
    begin = () => {
      timer = setTimeout(resolve, graceMs, undefined);
    };
  });
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    reached,
    cancel: () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
