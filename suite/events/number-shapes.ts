// The numbers that our files hold, and the ranges outside of which they are nobody's measurement: what
// a report or a result may say, `report.schema.json` says too.
import { mostSeed } from './seed.ts';
import { also, between, object, whole, type Shape } from './shape.ts';

/** What all items of a rubric may come to; far more than anybody gives, and hundredths stay exact. */
export const mostPoints = 1_000_000;

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

/** What generated payloads follow from. */
export const seed = whole(0, mostSeed);

/** How a process ended: 0 to 255, or the 32 bits of Windows. */
export const exitCode = whole(0, 0xffff_ffff);

/** How often something failed of the times that it was tried. */
export const tally = also(object({ failed: count, of: countFromOne }), (value, place) => {
  const { failed, of } = value as { readonly failed: number; readonly of: number };
  return failed <= of
    ? null
    : `${place}.failed must be a whole number from 0 to ${place}.of, which is ${of}`;
});

const points = between(0, mostPoints);

/** An object that has these fields, and points of what it is out of. */
export function scored(
  fields: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return also(object({ ...fields, points, outOf: points }, optional), (value, place) => {
    const { points: earned, outOf } = value as { readonly points: number; readonly outOf: number };
    return earned <= outOf
      ? null
      : `${place}.points must be a number from 0 to ${place}.outOf, which is ${outOf}`;
  });
}
