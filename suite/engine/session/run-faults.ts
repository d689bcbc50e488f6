// What ends a check without a verdict on the server.

/** A check that is not over when its time, or the run, is. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** The server cannot be reached any more and cannot be started again. */
export class TargetGone extends Error {
  override readonly name = 'TargetGone';
}
