// How much of what is called megabytes a slow server is sent, and when that is too little to tell.
import { Untested, type World } from '../behaviour.ts';

/** With less than this, no buffer of a kernel or of a server is sure to be filled. */
const leastBytes = 256 * 1024;

/**
 * How many bytes to send, `wanted` at the most.
 * @throws {Untested} when this server moves too few in the time of one test
 */
export async function megabytes(
  { affordableBytes }: Pick<World, 'affordableBytes'>,
  wanted: number,
): Promise<number> {
  const byteCount = await affordableBytes(wanted);
  if (byteCount >= leastBytes) return byteCount;
  throw new Untested(
    `${byteCount} bytes, as many as this server was seen to move in the time of one test, are too few`,
  );
}

/** What a pass says when less was sent than was wanted. */
export const noteOfLess = (byteCount: number, wanted: number): string | undefined =>
  byteCount === wanted ? undefined : `with ${byteCount} bytes, not ${wanted}: more took too long`;
