// A place that text is written to: a file, a pipe, or one of this process's own streams.

/** What of this process a place may be, and how long it may be waited for. */
export interface Outside {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whoever does not read a pipe is waited for no longer once this is aborted. */
  readonly signal: AbortSignal;
}

export interface OutputPlace {
  readonly write: (text: string) => void;
  /**
   * Resolves when all is where it belongs. A text that is not whole does not replace a file.
   * @throws {Error} when it could not be written
   */
  readonly finish: (isWhole: boolean) => void | Promise<void>;
}
