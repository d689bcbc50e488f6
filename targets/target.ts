/** Where a server under test listens. */
export interface Address {
  /** A name, an IPv4 or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What can be told of the server's process at this moment; JSON-safe. */
export type Health =
  /** Its process is not ours to see: only a connect can tell. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'running'; readonly outputTail: string }
  | {
      readonly kind: 'exited';
      /** The exit status, or null when a signal ended it. */
      readonly exitCode: number | null;
      /** Say `SIGPIPE`, or null when it exited by itself. */
      readonly signal: string | null;
      readonly outputTail: string;
    };

/** The server under test: where it is, and how it is started, watched, restarted and stopped. */
export interface Target {
  readonly kind: 'address' | 'launch' | 'embedded';
  /** As a person would name it: `localhost:9990`, or the launch command. */
  readonly label: string;
  /** Where to connect; defined once `start` has resolved. */
  readonly address: Address;
  /** Counts the servers started so far: a connection belongs to the generation it was opened in. */
  readonly generation: number;
  /** True when `restart` can bring a dead server back. */
  readonly restartable: boolean;
  /**
   * Makes the server ready for its first connection without spending one.
   * @throws {TargetUnavailable} when it cannot be started, with what was tried and what happened.
   */
  start(): Promise<void>;
  /**
   * Stops what still runs and starts it again.
   * @throws {TargetUnavailable} as `start`, and when `restartable` is false.
   */
  restart(): Promise<void>;
  /** About the process of the command that was started; `listening` tells of its port. */
  health(): Health;
  /**
   * Whether a socket of the server listens on its port right now, without a connect; undefined
   * when it cannot be told. A server that serves one client may stop to listen while it lives.
   */
  listening(): boolean | undefined;
  /** Leaves nothing running; may be called at any moment and more than once. */
  stop(): Promise<void>;
}

/** The server cannot be reached or started: nothing about its behaviour can be told. */
export class TargetUnavailable extends Error {
  override readonly name = 'TargetUnavailable';
  /** The tail of what the server printed, when it was started by us. */
  readonly outputTail: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly outputTail?: string } = {}) {
    super(message, options);
    this.outputTail = options.outputTail;
  }
}
