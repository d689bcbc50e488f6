// How much a flood is, and what a pass is worth where a slow server was sent less than was meant.
import { Untested } from '../behaviour.ts';

/** How much a client sends, at most, that reads nothing of what comes back. */
export const floodBytes = 16 * 1024 * 1024;

/** How much is a long reply: more than the buffers of both kernels take. */
export const largeBytes = 8 * 1024 * 1024;

/** With less than this, no buffer of a kernel or of a server is sure to be filled. */
const leastBytes = 256 * 1024;

/**
 * What a pass says when less was sent than was wanted.
 * @throws {Untested} when too little was sent for a pass to tell anything
 */
export function noteOfLess(byteCount: number, wanted: number): string | undefined {
  if (byteCount === wanted) return undefined;
  if (byteCount >= leastBytes) return `with ${byteCount} bytes, not ${wanted}: more took too long`;
  throw new Untested(
    `${byteCount} bytes, as many as this server was seen to move in the time of one test, went well, but are too few to tell`,
  );
}
