// How many clients a check may have at once of a server that was seen to serve but a few.
import type { World } from '../behaviour.ts';

/** As many as are `wanted`, or as there is room for beside those that are there already; two at the least. */
export const roomFor = ({ knowledge, idlers }: World, wanted: number): number =>
  Math.max(2, Math.min(wanted, knowledge.places - idlers));

/** What a pass says that was seen with fewer clients than are wanted; undefined where it was not. */
export const noteOfFewer = (count: number, wanted: number): string | undefined =>
  count < wanted
    ? `with ${count} clients at once instead of ${wanted}: this server serves but a few`
    : undefined;
