// A server in a container of ours: built or fetched, confined, watched, restarted, and removed.
import { resolve } from 'node:path';
import { noneLives, takeSnapshot } from '../processes/process-snapshot.ts';
import { readyPatienceMs, secondPatienceMs, slowStartNotices } from '../launch/ready-patience.ts';
import { inSpan } from '../spans.ts';
import { listensFor } from '../sockets/listens-for.ts';
import { readProcesses } from '../processes/process-table.ts';
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
  type WayIn,
} from '../target.ts';
import { watchEngine } from './engine-watch.ts';
import { reachEngine, type Engine } from './engine.ts';
import { Holders, type Holder } from './network/holder.ts';
import { buildImage, checkBuildFolder, choosePort, findImage, type Image } from './image/image.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { hostsOn, listensOn, untilListening, type Reach } from './network/readiness.ts';
import { startContainer, type Running } from './running.ts';
import { watchSecondContainer } from './second-container.ts';
import { isAtHand, lookAtSockets, socketsAtHand } from './network/sockets.ts';

export interface ContainerOptions {
  /** A folder with a Dockerfile, or an image that the engine has or can fetch. */
  readonly from:
    | { readonly kind: 'build'; readonly folder: string }
    | { readonly kind: 'image'; readonly name: string };
  /** The server's port in the container; the one that the image exposes when absent. */
  readonly port?: number;
  /** As a person would name it; the folder or the image when absent. */
  readonly label?: string;
  /** Instead of what the image starts. */
  readonly command?: readonly string[];
  /** How long it may take until it listens; 10 s by default. */
  readonly readyTimeoutMs?: number;
  /** How long the image may take to be built or fetched; ten minutes by default. */
  readonly buildTimeoutMs?: number;
  readonly limits?: Partial<Limits>;
  /** Publishes a port even where the container could be reached at its own address. */
  readonly publish?: boolean;
  /** What is done where there is no engine, as the end of a sentence, for the error that says so. */
  readonly withoutEngine?: string;
}

const defaultReadyTimeoutMs = 10_000;
const defaultBuildTimeoutMs = 600_000;

/** A target in a container of ours. */
export interface ContainerTarget extends Target {
  readonly kind: 'container';
}

/**
 * The target in a container. It runs without rights, within limits, on a network without a way
 * out; it is ready when a socket in it listens on the port, which costs no connection.
 * @throws {InvalidContainer} when there is nothing to build
 */
export function containerTarget(options: ContainerOptions): ContainerTarget {
  if (options.from.kind === 'build') checkBuildFolder(options.from.folder);
  return new OwnContainer(options);
}

/** What is known once the image is there. */
interface Site {
  readonly engine: Engine;
  readonly image: Image;
  readonly port: number;
  readonly holders: Holders;
  readonly limits: Limits;
  /** The guard need not stand by for it any more. */
  readonly release: () => void;
}

/** A server that runs, or ran, in the network of a holder. */
interface Instance {
  readonly holder: Holder;
  readonly running: Running;
  /** Whom it listens for; known once it does. */
  readonly reach: Reach;
}

class OwnContainer implements ContainerTarget {
  readonly kind = 'container';
  readonly label: string;
  readonly restartable = true;
  readonly console: Console = {
    type: (line) => this.#current.running.type(line),
    endInput: () => this.#current.running.endInput(),
  };
  readonly #options: ContainerOptions;
  #generation = 0;
  /** How long the first server took to listen, in milliseconds. */
  #readyMs: number | undefined;
  #site: Promise<Site> | undefined;
  /** As `#site`, once it is there. */
  #settled: Site | undefined;
  #instance: Instance | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  readonly #removals = new Set<Promise<void>>();
  #abandoned = new AbortController();
  /** How often it was stopped so far. */
  #stops = 0;

  constructor(options: ContainerOptions) {
    const { from, label } = options;
    this.label = label ?? (from.kind === 'build' ? from.folder : from.name);
    this.#options = options;
  }

  get address(): Address {
    return this.#current.holder.address;
  }

  get generation(): number {
    return this.#generation;
  }

  get wayIn(): WayIn | undefined {
    return this.#settled?.holders.wayIn;
  }

  get notices(): readonly string[] {
    const { wayIn } = this;
    const notices: string[] = [...slowStartNotices(this.#readyMs)];
    if (wayIn?.kind === 'proxied') {
      notices.push(`How the server ends conversations is not tested: ${wayIn.reason}.`);
    }
    if (this.#instance?.reach === 'itself') {
      notices.push(
        'The server listens for its own container only (127.0.0.1). It was reached all the same, through ' +
          'address translation by the kernel. Other machines reach it once it binds 0.0.0.0; --reachable makes a failure of it.',
      );
    }
    if (this.#instance?.running.hasInit === false) {
      notices.push(
        'The engine has no init process to run the server under, so it is the first process of its container' +
          ': signals that it does not handle, SIGPIPE and SIGTERM among them, do nothing to it.',
      );
    }
    return notices;
  }

  /** The first process of a container ignores SIGTERM unless it handles it: nothing could be told. */
  get lifecycle(): Lifecycle | undefined {
    return this.#instance?.running.hasInit === false ? undefined : this.#lifecycle;
  }

  readonly #lifecycle: Lifecycle = {
    terminate: (limitMs) => this.#terminate(limitMs),
    startOnSamePort: () => this.#startOnSamePort(),
    startSecond: (limitMs) => this.#startSecond(limitMs),
    startMs: () => this.#readyMs,
  };

  start(): Promise<void> {
    return this.#startIn(async (site) => await site.holders.take());
  }

  async restart(): Promise<void> {
    const instance = this.#instance;
    await this.#endToStartAgain();
    await this.#startIn(async (site) => await this.#restartPlace(site, instance));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = undefined));
    return this.#stopping;
  }

  health(): Health {
    const { running } = this.#instance ?? {};
    const outputTail = running?.outputTail() ?? '';
    const exit = running === undefined ? neverStarted : running.exit();
    return exit === undefined
      ? { kind: 'running', outputTail }
      : { kind: 'exited', ...exit, outputTail };
  }

  listening(): boolean | undefined {
    if (this.#instance === undefined || this.#settled === undefined) return false;
    const sockets = socketsAtHand(this.#instance.holder);
    return sockets && listensOn(sockets, this.#settled.port);
  }

  snapshot(): Promise<SnapshotTaken> {
    const { holder, running } = this.#current;
    const { pid, container, hasInit, exit } = running;
    const port = this.#settled?.port ?? 0;
    if (!isAtHand(pid, container.id)) {
      // Where the network's holder is seen from here, so would it be.
      const isOver = exit() !== undefined || isAtHand(holder.pid, holder.container.id);
      const reason = 'its processes are on the engine’s machine, not on this one';
      return Promise.resolve(isOver ? noneLives : { kind: 'unseen', reason });
    }
    // The init above the server is the engine's.
    const children = (readProcesses() ?? []).filter(({ parent }) => parent === pid);
    const pids = hasInit ? children.map((child) => child.pid) : [pid];
    return Promise.resolve(takeSnapshot({ pids, port }));
  }

  async listensFor(): Promise<ListensFor> {
    const { holder } = this.#current;
    const site = this.#settled;
    if (site === undefined) return listensFor([]);
    return listensFor(hostsOn(await lookAtSockets(site.engine.docker, holder), site.port));
  }

  get #current(): Instance {
    if (this.#instance === undefined) {
      throw new TypeError('The server is known once start resolved.');
    }
    return this.#instance;
  }

  /** Starts the server in the network that `place` finds for it. */
  #startIn(place: (site: Site) => Promise<Holder>): Promise<void> {
    this.#starting ??= this.#start(place, this.#abandoned.signal).catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #start(place: (site: Site) => Promise<Holder>, signal: AbortSignal): Promise<void> {
    try {
      this.#site ??= this.#prepare(signal);
      const site = await this.#site.catch((error: unknown) => {
        this.#site = undefined;
        throw error;
      });
      this.#settled = site;
      signal.throwIfAborted();
      const holder = await place(site);
      signal.throwIfAborted();
      const running = await startContainer(site.engine, holder, this.#runningOptions(site));
      const limitMs = this.#options.readyTimeoutMs ?? defaultReadyTimeoutMs;
      const timeoutMs = readyPatienceMs(this.#readyMs, limitMs);
      const startedMs = performance.now();
      const { port, engine } = site;
      const awaited = { port, timeoutMs, signal };
      const reach = await untilListening(engine.docker, holder, running, awaited).catch(
        (error: unknown) => {
          void this.#remove(running);
          throw error;
        },
      );
      this.#readyMs ??= performance.now() - startedMs;
      this.#instance = { holder, running, reach };
      this.#generation += 1;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new TargetUnavailable('The server was stopped while it started.', { cause: error });
    }
  }

  /** Reaches the engine and has the image made: once, however often the server is started. */
  async #prepare(signal: AbortSignal): Promise<Site> {
    const { from, port: givenPort, limits, publish = false } = this.#options;
    const engine = await inSpan('container', 'reach the engine', () =>
      reachEngine(this.#options.withoutEngine),
    );
    const patience = { limitMs: this.#options.buildTimeoutMs ?? defaultBuildTimeoutMs, signal };
    const image =
      from.kind === 'build'
        ? await inSpan('container', 'build the image', () =>
            buildImage(engine, resolve(from.folder), patience, this.label),
          )
        : await inSpan('container', 'find the image', () => findImage(engine, from.name, patience));
    const port = choosePort(image, givenPort, this.label);
    return {
      engine,
      image,
      port,
      holders: new Holders(engine, port, publish),
      release: watchEngine(engine),
      limits: { ...defaultLimits(engine), ...limits },
    };
  }

  #runningOptions({ image, limits }: Site): Parameters<typeof startContainer>[2] {
    const { command } = this.#options;
    return { image: image.id, limits, ...(command === undefined ? {} : { command }) };
  }

  async #stop(): Promise<void> {
    this.#stops += 1;
    await this.#endServer();
    await Promise.all(this.#removals);
    const site = await this.#site?.catch(() => undefined);
    if (site !== undefined) {
      await site.holders.close();
      site.release();
    }
    this.#site = undefined;
    this.#settled = undefined;
  }

  /** @throws {TargetUnavailable} when it is stopped meanwhile: then it stays so */
  async #endToStartAgain(): Promise<void> {
    const stops = this.#stops;
    await this.#endServer();
    if (this.#stops !== stops) throw new TargetUnavailable(`${this.label} was stopped.`);
  }

  /** Ends what runs; the network it had stays. */
  async #endServer(): Promise<void> {
    this.#abandoned.abort();
    // A start under way gives up at its next step, and what it had started ends with it.
    await this.#starting?.catch(() => undefined);
    this.#starting = undefined;
    if (this.#instance !== undefined) {
      const removal = this.#remove(this.#instance.running);
      // It is dead a moment before the engine has tidied up after it.
      await Promise.race([removal, this.#instance.running.exited]);
    }
    this.#abandoned = new AbortController();
  }

  /**
   * Where a server is started again: in the network it had, or in a fresh one when connections of
   * before still hold the port there. One that cannot bind it then is for a behaviour to find.
   */
  async #restartPlace(
    { holders, engine, port }: Site,
    before: Instance | undefined,
  ): Promise<Holder> {
    if (before === undefined) return await holders.take();
    const { holder } = before;
    const sockets = await lookAtSockets(engine.docker, holder);
    if (!sockets.some((socket) => socket.port === port)) return holder;
    void this.#track(holder.remove());
    const fresh = await holders.take();
    // It will not be the last time.
    holders.prepare();
    return fresh;
  }

  async #terminate(limitMs: number): Promise<Exit | undefined> {
    const { running } = this.#current;
    const patience = new AbortController();
    // It may have ended already, which is no error.
    await running.container.kill({ signal: 'SIGTERM' }).catch(() => undefined);
    return await Promise.race([
      running.exited,
      new Promise<undefined>((done) => {
        const timer = setTimeout(done, limitMs, undefined);
        patience.signal.addEventListener('abort', () => {
          clearTimeout(timer);
        });
      }),
    ]).finally(() => {
      patience.abort();
    });
  }

  async #startOnSamePort(): Promise<{ readonly lingered: boolean }> {
    const { holder } = this.#current;
    await this.#endToStartAgain();
    let lingered = false;
    await this.#startIn(async ({ engine, port }) => {
      const sockets = await lookAtSockets(engine.docker, holder);
      lingered = sockets.some((socket) => socket.port === port);
      return holder;
    });
    return { lingered };
  }

  async #startSecond(limitMs: number): Promise<SecondInstance> {
    const site = this.#settled;
    if (site === undefined) throw new TypeError('The server was not started.');
    const { holder } = this.#current;
    const snapshot = await this.snapshot();
    const { processes, threads } =
      snapshot.kind === 'seen' ? snapshot : { processes: 1, threads: 1 };
    const second = await startContainer(site.engine, holder, {
      ...this.#runningOptions(site),
      limits: { memoryBytes: site.limits.memoryBytes, tasks: secondTasks + 2 * threads },
    });
    try {
      const limits = { processes: 20 + 2 * processes, threads: 40 + 2 * threads };
      return await watchSecondContainer(second, {
        holder,
        port: site.port,
        limitMs: secondPatienceMs(this.#readyMs, limitMs),
        limits,
      });
    } finally {
      await this.#remove(second);
    }
  }

  #remove(running: Running): Promise<void> {
    return this.#track(running.remove());
  }

  /** A removal that nobody waits for is waited for at the end. */
  #track(removal: Promise<void>): Promise<void> {
    const tracked = removal.finally(() => this.#removals.delete(tracked));
    this.#removals.add(tracked);
    return tracked;
  }
}

/** Enough for a second instance to start and fail; a fork storm ends here. */
const secondTasks = 128;

const neverStarted: Exit = { exitCode: null, signal: null };
