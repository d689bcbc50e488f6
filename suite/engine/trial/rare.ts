// What is called rare: seen now and then, and held most of the times that it was tried again.
import type { Tally } from '../../events/events.ts';

/** Once in so many times, or less often. */
const rarely = 5;

/** Whether a failure was seen once in five tries, or less often. */
export const isRare = ({ failed, of }: Tally): boolean => failed * rarely <= of;
