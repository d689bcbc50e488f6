/** Where a server under test listens. */
export interface Address {
  /** A name, an IPv4 or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** How a process ended. */
export interface Exit {
  /** The exit status, or null when a signal ended it. */
  readonly exitCode: number | null;
  /** Say `SIGPIPE`, or null when it exited by itself. */
  readonly signal: string | null;
}

/** What can be told of the server's process at this moment; JSON-safe. */
export type Health =
  /** Its process is not ours to see: only a connect can tell. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'running'; readonly outputTail: string }
  | ({ readonly kind: 'exited'; readonly outputTail: string } & Exit);

type TargetKind = 'address' | 'launch' | 'container' | 'embedded';

/** What the kernel tells of the server's processes at one moment; JSON-safe. */
export interface ProcessSnapshot {
  readonly kind: 'seen';
  /** The process that was started, or that holds the listener. A number is used again, with its start time it is not. */
  readonly main: { readonly pid: number; readonly startTicks: number };
  /** Living processes, `main` included, threads not. */
  readonly processes: number;
  /** Ended children that nobody has waited for. */
  readonly zombies: number;
  readonly threads: number;
  /** Open descriptors of all processes together. */
  readonly descriptors: number;
  /** Those of `main` alone: a child that ends late has a copy of each, and cannot blur this. */
  readonly mainDescriptors: number;
  /** Resident memory of all processes together, in bytes. */
  readonly residentBytes: number;
  /**
   * Private memory that they have set aside to write to, touched or not, in bytes. A runtime that
   * fills a heap it had from the start becomes larger in `residentBytes` alone.
   */
  readonly writableBytes: number;
  /** Processor time used so far by all processes and their ended children, in milliseconds. */
  readonly cpuMs: number;
  /** Looks at their threads, one by one, as they are when it is called: there may be thousands. */
  readonly countTasks: () => TaskCount;
  /** How many files the main process may have open; undefined where that cannot be seen. */
  readonly mostOpenFiles: () => number | undefined;
  /** By how much the main process may grow, in bytes, while it keeps nothing; see `heapSlackBytes`. */
  readonly heapSlackBytes: () => number;
  /**
   * The connections on the server's port that the peer has ended and the server has not (CLOSE_WAIT),
   * by the peer's port, as they are when it is called: the kernel's table of them may be long.
   */
  readonly closeWaits: () => ReadonlySet<number>;
  /** How many bytes clients have sent that the server has not read yet; likewise. */
  readonly unreadBytes: () => number;
}

/** What the living threads of a server's processes want of the processor. */
export interface TaskCount {
  /**
   * How long they have been ready to run and had to wait for a processor so far, in milliseconds; 0
   * where the kernel does not tell.
   */
  readonly waitingMs: number;
  /** Those that run, or are ready to and wait for a processor, at this moment (state R). */
  readonly runnable: number;
}

/** The server's processes, or why they cannot be looked at. */
export type SnapshotTaken =
  | ProcessSnapshot
  | {
      readonly kind: 'unseen';
      readonly reason: string;
      /** Present where none of its processes lives: it has ended, even where nobody has told yet how. */
      readonly isOver?: true;
    };

/** What came of a second instance that was started on the port of the first. */
export interface SecondInstance {
  /** How it ended; undefined when it had to be ended by us. */
  readonly exit: Exit | undefined;
  /** The most processes it had at once, as far as we looked. */
  readonly mostProcesses: number;
  /** The most threads they had together. */
  readonly mostThreads?: number;
  /** It multiplied without end and was stopped at once. */
  readonly isStorm?: boolean;
  /** It listened on the port too, beside the first (SO_REUSEPORT). */
  readonly isSharing?: boolean;
  /** Its port was taken, and it settled down at this one, which nobody had named: a listen() without a bind() does so. */
  readonly listensOn?: number;
  /** What was started is not the server itself but what starts it, say a shell: so was `exit` that one's. */
  readonly isWrapped?: boolean;
  readonly outputTail: string;
}

/** How a server ended that was sent SIGTERM. */
export interface Terminated extends Exit {
  /** So many processes that it had started lived on when it had ended; absent when none did. */
  readonly leftBehind?: number;
}

/** Stopping and starting a server that we started ourselves. */
export interface Lifecycle {
  /**
   * Sends SIGTERM to the server; how it ended, or undefined when it lives on after `limitMs`. What
   * it leaves behind is counted, and killed.
   */
  terminate(limitMs: number): Promise<Terminated | undefined>;
  /**
   * Ends what is left of it and starts it at once on the very port it had; `generation` rises.
   * Tells whether ended connections still held the port then (TIME_WAIT and the states before it),
   * where that can be seen.
   * @param isAsked false where nobody wants to know that: on a busy machine it takes a while to find out
   * @throws {TargetUnavailable} when it does not listen again
   */
  startOnSamePort(
    isAsked?: boolean,
  ): Promise<{ readonly lingered: boolean | undefined } | undefined>;
  /** Starts it once more on the taken port, watches it for `limitMs`, and leaves nothing of it. */
  startSecond(limitMs: number): Promise<SecondInstance>;
  /** How long its first start took until it listened, in milliseconds; undefined before. */
  startMs(): number | undefined;
}

/** Where a person would type at the server: its standard input, or somebody who is asked to. */
export interface Console {
  /** Types `line` and Enter. Resolves once it is handed over, which says nothing of its being read. */
  type(line: string): Promise<void>;
  /** How long a line may take to have an effect, in milliseconds: a person types slowly. */
  readonly patienceMs?: number;
  /** Ends the server's input, as Ctrl-D does; undefined where we cannot. */
  readonly endInput: (() => Promise<void>) | undefined;
}

/** What stands between us and the server. */
export type WayIn =
  /** Nothing: the address is the server's own. */
  | { readonly kind: 'direct' }
  /** A port of the engine's machine; its kernel passes on what comes, ends and resets too. */
  | { readonly kind: 'published' }
  /** A program that accepts and closes by itself: how the server ends conversations cannot be seen. */
  | { readonly kind: 'proxied'; readonly reason: string };

/** For whom a server listens, by the addresses that its port is bound to. */
export type ListensFor =
  /** Other machines reach it, or, of a server in a container, programs outside of that. */
  | { readonly kind: 'others'; readonly hosts: readonly string[] }
  /** Programs of its own machine or container alone: each address is a loopback one. */
  | { readonly kind: 'itself'; readonly hosts: readonly string[] }
  /** It cannot be told; the reason is half a sentence. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The server under test: where it is, and how it is started, watched, restarted and stopped. */
export interface Target {
  readonly kind: TargetKind;
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
  /** Looks at the server's processes through /proc, at no connection. */
  snapshot(): Promise<SnapshotTaken>;
  /** For whom it listens at this moment, at no connection; absent where nobody can look. */
  listensFor?(): Promise<ListensFor>;
  /** What the executable of its command was compiled from; absent where that does not tell. */
  readonly compiledFrom?: 'go' | 'rust' | undefined;
  /** Undefined for a server that we did not start. */
  readonly lifecycle: Lifecycle | undefined;
  /** Undefined where we cannot type at the server. */
  readonly console: Console | undefined;
  /** Known once `start` has resolved; absent when nobody looked. */
  readonly wayIn?: WayIn | undefined;
  /** What a reader should know of how it was started, a sentence each; known with `wayIn`. */
  readonly notices?: readonly string[];
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
