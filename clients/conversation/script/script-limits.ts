// What a script that somebody wrote may ask for at the most: it ends in good time, whoever wrote it.

/** The form of a script; a change that breaks scripts changes the number. */
export const scriptForm = 'conform/script/1';

export const scriptLimits = {
  /** Bytes of one step, repeated ones included. */
  stepBytes: 16 * 1024 * 1024,
  /** Bytes of all steps together, each as often as it is played. */
  allBytes: 64 * 1024 * 1024,
  /** Steps as written, and as played. */
  writtenSteps: 2000,
  playedSteps: 100_000,
  /** How often a step's bytes, or steps, are repeated. */
  times: 16 * 1024 * 1024,
  /** How deep `repeat` stands in `repeat`. */
  depth: 4,
  clients: 64,
  cuts: 1000,
  /** Milliseconds: of one pause, and of all together. */
  pauseMs: 10_000,
  allPausesMs: 60_000,
  /** How far an `until` looks, and how far when the script does not say. */
  untilBytes: 1024 * 1024,
  usualWithinBytes: 4096,
} as const;
