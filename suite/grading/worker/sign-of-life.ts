// What the process of one submission says of itself, as the class's process hears it: data of another process.
import { byteCount, count } from '../../../clients/shapes/numbers.ts';
import { exactly, isTold, object, oneOf, type Told } from '../../../clients/shapes/shape.ts';

const signOfLife = object({
  type: exactly('alive'),
  stage: oneOf('building', 'judging', 'waiting', 'judging-again', 'writing'),
  /** Behaviours that have a verdict, and how many there are; 0 of 0 before. */
  judged: count,
  of: count,
  /** Of the worker itself, in bytes. */
  residentBytes: byteCount,
});

/** From the worker, every two seconds at least while it is well. */
export type SignOfLife = Told<typeof signOfLife>;

/** Whether a message of another process is a sign of life; whatever else it says is not heard. */
export function isSignOfLife(message: unknown): message is SignOfLife {
  return isTold(signOfLife, message);
}
