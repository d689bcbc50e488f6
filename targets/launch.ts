// A server that we start: on a port of our choice, ready when its own socket listens.
import { InvalidCommand, splitCommand, type CommandLine } from './command-line.ts';
import { canBind, findFreePort } from './free-port.ts';
import { launch, type Launched } from './launched.ts';
import { isListening, listeners } from './listening.ts';
import { portHolder, untilListening } from './readiness.ts';
import {
  TargetUnavailable,
  type Address,
  type CensusTaken,
  type Health,
  type Target,
} from './target.ts';

export interface LaunchOptions {
  /**
   * Quotes and backslashes as in a shell, but no shell: `{port}` becomes the port, a free one at
   * each start. PORT stands in its environment too.
   */
  readonly command: string;
  /** The port that the server takes by itself: needed when the command has no `{port}`. */
  readonly port?: number;
  /** How long it may take until it listens; 10 s by default. */
  readonly readyTimeoutMs?: number;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is started; our own folder by default. */
  readonly cwd?: string;
  /** Hands the command to `sh -c`; false by default. */
  readonly shell?: boolean;
}

const placeholder = '{port}';
const defaultReadyTimeoutMs = 10_000;

/** A target that was started here. */
export interface LaunchedTarget extends Target {
  readonly kind: 'launch';
  /** `connect` when LISTEN states cannot be seen here: readiness then costs a connection. */
  readonly readyBy: 'listen-state' | 'connect';
}

/**
 * The target that `command` starts. It is ready when a process of its group holds a socket in
 * LISTEN state on the port, which costs no connection: a server that serves one client and exits
 * must not lose it. `health` is about the command; one that went to the background by exiting
 * with 0 counts as running while what it left in its group listens.
 * @throws {InvalidCommand} when the command cannot be understood, or has neither `{port}` nor port
 */
export function launchTarget(options: LaunchOptions): LaunchedTarget {
  return new CommandTarget(options);
}

class CommandTarget implements LaunchedTarget {
  readonly kind = 'launch';
  readonly label: string;
  readonly restartable = true;
  readonly #options: LaunchOptions;
  readonly #words: CommandLine;
  #generation = 0;
  #address: Address | undefined;
  #launched: Launched | undefined;
  #starting: Promise<void> | undefined;
  #abandoned = new AbortController();

  constructor(options: LaunchOptions) {
    this.label = options.command;
    this.#options = options;
    this.#words =
      options.shell === true ? ['sh', '-c', options.command] : splitCommand(options.command);
    if (options.port === undefined && !options.command.includes(placeholder)) {
      throw new InvalidCommand(
        `Nothing tells the server its port: write ${placeholder} where the command takes it, as in ` +
          `'./server ${placeholder}', or give the port that it listens on by itself.`,
      );
    }
  }

  get address(): Address {
    if (this.#address === undefined) {
      throw new TypeError('The address is known once start resolved.');
    }
    return this.#address;
  }

  get generation(): number {
    return this.#generation;
  }

  get readyBy(): 'listen-state' | 'connect' {
    return listeners() === undefined ? 'connect' : 'listen-state';
  }

  start(): Promise<void> {
    this.#starting ??= this.#start(this.#abandoned.signal).catch(async (error: unknown) => {
      await this.#launched?.end();
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    this.#abandoned.abort();
    // A start under way gives up at its next step, and what it had spawned ends with it.
    await this.#starting?.catch(() => undefined);
    await this.#launched?.end();
    this.#starting = undefined;
    this.#abandoned = new AbortController();
  }

  health(): Health {
    const outputTail = this.#launched?.output.text() ?? '';
    const exit = this.#launched === undefined ? neverStarted : this.#launched.exit();
    if (exit === undefined) return { kind: 'running', outputTail };
    const isInBackground = exit.exitCode === 0 && this.listening() === true;
    return isInBackground
      ? { kind: 'running', outputTail }
      : { kind: 'exited', ...exit, outputTail };
  }

  listening(): boolean | undefined {
    if (this.#launched === undefined || this.#address === undefined) return false;
    const { kind } = portHolder(this.#launched.pid, this.#address.port);
    return kind === 'unseen' ? undefined : kind === 'group';
  }

  readonly lifecycle = undefined;
  readonly console = undefined;

  census(): Promise<CensusTaken> {
    return Promise.resolve({ kind: 'unseen', reason: 'processes are not looked at yet' });
  }

  async #start(signal: AbortSignal): Promise<void> {
    try {
      const port = await this.#choosePort();
      signal.throwIfAborted();
      const [program, ...parameters] = this.#words.map((word) =>
        word.replaceAll(placeholder, String(port)),
      );
      this.#launched = await launch(
        [program ?? '', ...parameters],
        this.#options.cwd ?? process.cwd(),
        { ...this.#options.env, PORT: String(port) },
      );
      const timeoutMs = this.#options.readyTimeoutMs ?? defaultReadyTimeoutMs;
      const host = await untilListening(this.#launched, port, timeoutMs, signal);
      this.#address = { host, port };
      this.#generation += 1;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new TargetUnavailable('The server was stopped while it started.', { cause: error });
    }
  }

  async #choosePort(): Promise<number> {
    const { port } = this.#options;
    if (port === undefined) return await findFreePort();
    if (isListening(port) ?? !(await canBind(port)).free) {
      throw new TargetUnavailable(
        `Port ${port} is taken: something listens on it already. Stop that, or choose another port.`,
      );
    }
    return port;
  }
}

const neverStarted = { exitCode: null, signal: null };
