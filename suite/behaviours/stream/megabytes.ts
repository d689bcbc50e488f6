// What a pass is worth where a slow server was sent less than the megabytes that were meant.
import { Untested } from '../behaviour.ts';

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
