// The failures of a server that are known: they still run and are told, and fail no run.

/** One behaviour that is known to fail. */
export interface BaselineEntry {
  readonly behaviour: string;
  /** The id of the cause that explained it first when it was written down, or null. */
  readonly cause: string | null;
  /** Why it is let be, as somebody wrote it; may be empty. */
  readonly reason: string;
  /** Whether it may pass as well. */
  readonly flaky: boolean;
}

export interface Baseline {
  /** How messages call it: its path as it was given. */
  readonly name: string;
  /** The frozen suite that runs are held to with it; absent when it names none. */
  readonly suite?: string;
  /** Sorted by behaviour, each of which stands in it once. */
  readonly entries: readonly BaselineEntry[];
}
