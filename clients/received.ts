/** What a read brought. */
export interface Received {
  readonly bytes: Buffer;
  /** `complete`: all that was asked for; otherwise why there is less, or that there is too much. */
  readonly end: 'complete' | 'fin' | 'reset' | 'silence' | 'overflow';
  /** How long nothing had come when the wait was given up, in milliseconds. */
  readonly waitedMs: number;
}
