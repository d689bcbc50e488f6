// A server that we start: on a port of our choice, ready when its own socket listens.
import { splitCommand, type CommandLine } from './command/command-line.ts';
import { compiledFrom } from './command/compiled-from.ts';
import { canBind, findBindablePort, findFreePort } from '../sockets/free-port.ts';
import { heldListener, isHeldForLeader, type HeldListener } from './held-listener.ts';
import { launch, type Launched } from './launched.ts';
import { hasConnection, isListening, listeners } from '../sockets/listening.ts';
import { listensFor } from '../sockets/listens-for.ts';
import { takeSnapshot } from '../processes/process-snapshot.ts';
import { groupMembers, leftAfterSigterm, signalGroup } from '../processes/process-group.ts';
import type { StormLimits } from '../processes/process-storm.ts';
import { refuseNoPort } from './command/port-words.ts';
import { refuseShellSyntax } from './command/shell-syntax.ts';
import { ownHosts, portHolder, untilListening } from './readiness.ts';
import { readyPatienceMs, secondPatienceMs, slowStartNotices } from './ready-patience.ts';
import { watchSecond } from './second-instance.ts';
import { Spare, type Ready } from './spare.ts';
import {
  TargetUnavailable,
  type Address,
  type SnapshotTaken,
  type Console,
  type Exit,
  type Health,
  type Lifecycle,
  type ListensFor,
  type SecondInstance,
  type Target,
  type Terminated,
} from '../target.ts';

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

/** Where clients look first; a server on every address is reached there. */
const localhost = '127.0.0.1';

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
  readonly lifecycle: Lifecycle = {
    terminate: (limitMs) => this.#terminate(limitMs),
    startOnSamePort: (isAsked) => this.#startOnSamePort(isAsked),
    startSecond: (limitMs) => this.#startSecond(limitMs),
    startMs: () => this.#readyMs,
  };
  readonly console: Console = {
    type: (line) => this.#running.write(`${line}\n`),
    endInput: () => this.#running.endInput(),
  };
  readonly #options: LaunchOptions;
  readonly #words: CommandLine;
  #generation = 0;
  /** Whether a second instance was seen to settle down at another port. */
  #hasSecondSettled = false;
  /** How often it was stopped so far. */
  #stops = 0;
  #address: Address | undefined;
  #launched: Launched | undefined;
  #second: Launched | undefined;
  /** Where its listener was seen last. */
  #held: HeldListener | undefined;
  #starting: Promise<void> | undefined;
  /** How long the first start took, in milliseconds. */
  #readyMs: number | undefined;
  /** More than this is not the same server starting a second time. */
  #secondLimits: StormLimits | undefined;
  #abandoned = new AbortController();
  readonly #spare = new Spare((signal) => this.#startBeside(signal));

  constructor(options: LaunchOptions) {
    this.label = options.command;
    this.#options = options;
    this.#words =
      options.shell === true ? ['sh', '-c', options.command] : splitCommand(options.command);
    if (options.shell !== true) refuseShellSyntax(options.command);
    refuseNoPort(options.command, options.port);
  }

  /** A name without a slash is looked up in PATH: a tool such as an interpreter, and no server. */
  get compiledFrom(): 'go' | 'rust' | undefined {
    const [program] = this.#words;
    return program.includes('/') ? compiledFrom(program) : undefined;
  }

  get address(): Address {
    if (this.#address === undefined) {
      throw new TypeError('The address is known once start resolved.');
    }
    return this.#address;
  }

  get notices(): readonly string[] {
    const slow = slowStartNotices(this.#readyMs);
    const { host = localhost } = this.#address ?? {};
    if (host === localhost) return slow;
    return [
      ...slow,
      `The server is tested at ${host}: it does not listen on ${localhost}, where clients on this ` +
        'machine look for it. INADDR_ANY (0.0.0.0) is every address.',
    ];
  }

  get generation(): number {
    return this.#generation;
  }

  get readyBy(): 'listen-state' | 'connect' {
    return listeners() === undefined ? 'connect' : 'listen-state';
  }

  start(): Promise<void> {
    return this.#startOn((signal) => this.#startSomewhere(signal));
  }

  async restart(): Promise<void> {
    const isGone = this.health().kind === 'exited' || this.listening() === false;
    if (isGone && this.#starting !== undefined) this.#spare.sawDeath();
    await this.#stopToStartAgain();
    await this.start();
    // Where the port is given, there is room for one.
    if (this.#options.port === undefined) this.#spare.prepare();
  }

  /** @throws {TargetUnavailable} when somebody stops it meanwhile: then it stays so */
  async #stopToStartAgain(): Promise<void> {
    const stopping = this.#stopThis();
    const stops = this.#stops;
    await stopping;
    if (this.#stops !== stops) throw new TargetUnavailable(`${this.label} was stopped.`);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#stopThis(), this.#spare.end()]);
  }

  /** Ends the one that serves, and leaves the one that waits to take its place. */
  async #stopThis(): Promise<void> {
    this.#stops += 1;
    this.#abandoned.abort();
    // A start under way gives up at its next step, and what it had spawned ends with it.
    await this.#starting?.catch(() => undefined);
    await Promise.all([this.#launched?.end(), this.#second?.end()]);
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
    if (this.#held?.isStill() === true) return true;
    const holder = portHolder(this.#launched.pid, this.#address.port);
    this.#held =
      holder.kind === 'group' ? heldListener(this.#launched.pid, holder.listeners) : undefined;
    return holder.kind === 'unseen' ? undefined : holder.kind === 'group';
  }

  snapshot(): Promise<SnapshotTaken> {
    const { port } = this.address;
    return Promise.resolve(takeSnapshot({ leader: this.#running.pid, port }));
  }

  listensFor(): Promise<ListensFor> {
    const { port } = this.address;
    return Promise.resolve(listensFor(ownHosts(this.#running.pid, port)));
  }

  get #running(): Launched {
    if (this.#launched === undefined) throw new TypeError('The server was not started.');
    return this.#launched;
  }

  #startOn(begin: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#starting ??= this.#start(begin, this.#abandoned.signal).catch(async (error: unknown) => {
      await this.#launched?.end();
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #start(begin: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await begin(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new TargetUnavailable('The server was stopped while it started.', { cause: error });
    }
  }

  /** Starts it on the port that it was given, or on one of our choice. */
  async #startSomewhere(signal: AbortSignal): Promise<void> {
    const { port: given } = this.#options;
    if (given !== undefined) {
      await this.#startAt(await this.#freePort(given), signal);
      return;
    }
    const spare = await this.#spare.take();
    if (spare !== undefined) {
      this.#launched = spare.launched;
      signal.throwIfAborted();
      this.#serve(spare);
      return;
    }
    const port = await findBindablePort();
    try {
      await this.#startAt(port, signal);
    } catch (error) {
      // Where connections of an earlier server linger there, the choice was ours, and is no fault of this one.
      if (signal.aborted || hasConnection(port) !== true) throw error;
      await this.#launched?.end();
      await this.#startAt(await findFreePort(), signal);
    }
  }

  async #startAt(port: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const startedMs = performance.now();
    this.#launched = await this.#launch(port);
    const limitMs = this.#options.readyTimeoutMs ?? defaultReadyTimeoutMs;
    const timeoutMs = readyPatienceMs(this.#readyMs, limitMs);
    const host = await untilListening(this.#launched, port, timeoutMs, signal);
    this.#serve({ host, port });
    this.#readyMs ??= performance.now() - startedMs;
    this.#secondLimits ??= limitsOfSecond(this.#launched.pid);
  }

  /** Whoever connects comes to this one from now on. */
  #serve({ host, port }: Address): void {
    this.#address = { host, port };
    this.#generation += 1;
  }

  /** Starts one at a port of its own beside the one that serves; one that does not listen in time is ended. */
  async #startBeside(signal: AbortSignal): Promise<Ready> {
    const port = await findBindablePort();
    const launched = await this.#launch(port);
    try {
      const limitMs = this.#options.readyTimeoutMs ?? defaultReadyTimeoutMs;
      const timeoutMs = readyPatienceMs(this.#readyMs, limitMs);
      return { launched, port, host: await untilListening(launched, port, timeoutMs, signal) };
    } catch (error) {
      await launched.end();
      throw error;
    }
  }

  #launch(port: number): Promise<Launched> {
    const [program = '', ...parameters] = this.#words.map((word) =>
      word.replaceAll(placeholder, String(port)),
    );
    const { cwd = process.cwd(), env } = this.#options;
    return launch([program, ...parameters], cwd, { ...env, PORT: String(port) });
  }

  async #terminate(limitMs: number): Promise<Terminated | undefined> {
    const launched = this.#running;
    const left = await leftAfterSigterm(launched.pid, limitMs);
    if (left?.length === 0) {
      await launched.end();
      return launched.exit() ?? neverStarted;
    }
    const exit = launched.exit();
    // Where what it left still listens, that is the server: it lives on.
    if (exit === undefined || left === undefined || this.listening() !== false) return undefined;
    // Those with a session of their own could not be found any more later.
    signalGroup(launched.pid, 'SIGKILL', left);
    return { ...exit, leftBehind: left.length };
  }

  async #startOnSamePort(isAsked = true): Promise<{ readonly lingered: boolean | undefined }> {
    const { port } = this.address;
    await this.#stopToStartAgain();
    // No process has them any more: whatever is left of connections holds the port by itself.
    const lingered = isAsked ? hasConnection(port) : undefined;
    await this.#startOn(async (signal) => this.#startAt(await this.#freePort(port), signal));
    return { lingered };
  }

  async #startSecond(limitMs: number): Promise<SecondInstance> {
    const { port } = this.address;
    const leader = this.#launched?.pid;
    const holder = leader === undefined ? undefined : portHolder(leader, port);
    const isWrapped =
      leader !== undefined && holder?.kind === 'group' && isHeldForLeader(leader, holder.listeners);
    this.#second = await this.#launch(port);
    const second = await watchSecond(this.#second, {
      port,
      limitMs: secondPatienceMs(this.#readyMs, limitMs),
      limits: this.#secondLimits ?? secondAtLeast,
      hasSettledBefore: this.#hasSecondSettled,
    });
    this.#hasSecondSettled ||= second.exit === undefined && second.listensOn !== undefined;
    return { ...second, isWrapped };
  }

  /** @throws {TargetUnavailable} when something listens on `port` */
  async #freePort(port: number): Promise<number> {
    // To bind it tells at once; when that cannot be done, the tables tell whether a listener is why.
    if (!(await canBind(port)).free && isListening(port) !== false) {
      throw new TargetUnavailable(
        `Port ${port} is taken: something listens on it already. Stop that, or choose another port.`,
      );
    }
    return port;
  }
}

const neverStarted: Exit = { exitCode: null, signal: null };

const secondAtLeast: StormLimits = { processes: 20, threads: 40 };

/** What a second instance may need, told from the first just after it began to listen. */
function limitsOfSecond(leader: number): StormLimits {
  const members = groupMembers(leader) ?? [];
  const threads = members.reduce((sum, member) => sum + member.threads, 0);
  return {
    processes: secondAtLeast.processes + 2 * members.length,
    threads: secondAtLeast.threads + 2 * threads,
  };
}
