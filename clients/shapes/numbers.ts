// The numbers that our files hold, and the ranges outside of which they are nobody's measurement.
import { between, whole } from './shape.ts';

/** A year, in milliseconds: no run takes as long, and what takes longer was not measured. */
const longestMs = 31_536_000_000;

/** How long something took, in milliseconds. */
export const durationMs = between(0, longestMs);

/** Microseconds since the start of a run. */
export const atMicros = whole(0, longestMs * 1000);

/** How many bytes there are, or an offset among them: up to a terabyte. */
export const byteCount = whole(0, 1_000_000_000_000);

/** How many there are of what is counted one by one: conversations, entries, submissions. */
export const count = whole(0, 1_000_000_000);

/** As `count`, of what is only told when there is one. */
export const countFromOne = whole(1, 1_000_000_000);

/** A share of a whole, from 0 to 1. */
export const fraction = between(0, 1);
