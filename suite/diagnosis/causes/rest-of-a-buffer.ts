// A server that reads a few bytes at a time, each time as many, and drops what is less when its client ends.
import { isEnd, isSilence } from '../reading.ts';
import type { Evidence, Failure } from '../evidence.ts';

interface Kept {
  /** What the reads may ask for, in bytes, the likeliest first. */
  readonly sizes: readonly number[];
  /** The failures that show it. */
  readonly failures: readonly Failure[];
  /** The most that was sent where not all of it came back, and what came. */
  readonly sentBytes: number;
  readonly cameBytes: number;
}

/** No more than the first message had, of which something came; those that programs ask for come first. */
const sizes = [8, 4, 2, 7, 6, 5, 3] as const;

/** Undefined where it is not so: something came of another count, or the first message had no answer. */
export function keptForGood(evidence: Evidence): Kept | undefined {
  if (evidence.verdict('payload/answers') !== 'passed') return undefined;
  if (evidence.verdict('payload/one-message') !== 'failed') return undefined;
  const failures = evidence.failures.filter(
    (one) => one.family === 'payload' && (isEnd(one) || isSilence(one)),
  );
  const records = failures.flatMap(({ verdict }) => verdict.conversation);
  const short = records.filter(({ sentBytes, receivedBytes }) => receivedBytes < sentBytes);
  const fitting = sizes.filter((size) =>
    records.every(
      ({ sentBytes, receivedBytes }) => receivedBytes === sentBytes - (sentBytes % size),
    ),
  );
  const most = short.sort((one, other) => other.sentBytes - one.sentBytes)[0];
  if (most === undefined || fitting.length === 0) return undefined;
  return {
    sizes: fitting,
    failures,
    sentBytes: most.sentBytes,
    cameBytes: most.receivedBytes,
  };
}
