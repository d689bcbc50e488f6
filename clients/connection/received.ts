/** What a read brought. */
export interface Received {
  readonly bytes: Buffer;
  /**
   * `complete`: all that was asked for; otherwise why there is less, or that there is too much.
   * `drip`: bytes were still coming when the wait was given up, but only a few at a time.
   */
  readonly end: 'complete' | 'fin' | 'reset' | 'silence' | 'drip' | 'overflow';
  /** How long the wait lasted that was given up, in milliseconds; after a `silence` nothing had come in it. */
  readonly waitedMs: number;
}
