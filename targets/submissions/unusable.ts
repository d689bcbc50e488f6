/** Where a submission came to its end before anything of it could be judged. */
export type UnusableKind =
  /** Its archive or its files are not safe to touch, or are none. */
  | 'refused'
  /** Nothing in it says how it is built and started. */
  | 'unrecognised'
  /** It did not compile, or what was built never listened. */
  | 'not-built';

/**
 * Thrown for everything that is the submission's own fault. The message is a sentence or two for its
 * author: what was found, what was expected, what to do. Names in it are theirs, so escape it like
 * anything of theirs.
 */
export class SubmissionUnusable extends Error {
  override readonly name = 'SubmissionUnusable';
  readonly kind: UnusableKind;
  /** The end of what the build or the start printed; empty when nothing was run. */
  readonly log: string;
  /** How it was recognised, say `Makefile`; null when it was not. */
  readonly how: string | null;

  constructor(
    kind: UnusableKind,
    message: string,
    { log = '', how = null, cause }: { log?: string; how?: string | null; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.log = log;
    this.how = how;
  }
}
