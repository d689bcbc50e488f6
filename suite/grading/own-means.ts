// How many submissions this machine can grade side by side.
import { availableParallelism, totalmem } from 'node:os';

/** A container may take 1 GiB, and the process that grades it some of what is left. */
const bytesEach = 1.5 * 1024 ** 3;

/** As many as there are processors, and no more than memory holds; one at least. */
export function affordableJobs(
  processors: number = availableParallelism(),
  memoryBytes: number = totalmem(),
): number {
  return Math.max(1, Math.min(processors, Math.floor(memoryBytes / bytesEach)));
}
