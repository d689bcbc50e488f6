// What one run knows and shares: the target, the waiting times, what was learned of the server.
import { setMaxListeners } from 'node:events';
import { awake } from '../../../clients/awake.ts';
import { connect, type Connection } from '../../../clients/connection.ts';
import { Deadlines } from '../../../clients/deadline.ts';
import { ConnectFailed } from '../../../clients/faults.ts';
import { Scope } from '../../../clients/scope.ts';
import type { Census, CensusTaken, Exit, Health, Target } from '../../../targets/target.ts';
import type { Knowledge } from '../../behaviours/behaviour.ts';
import { Budget, isSlow, type Cost } from './budget.ts';
import type { Contract } from '../../contracts/contract.ts';
import { Letters } from '../../payloads/letters.ts';
import { measurePace } from './pace.ts';
import { Silences } from './silences.ts';
import { OutOfTime, TargetGone } from './run-faults.ts';
import { Slots } from './slots.ts';
import { Stretch } from './stretch.ts';
import { OwnRestarts } from './own-restarts.ts';

export interface SessionOptions {
  readonly target: Target;
  readonly seed: number;
  /** How long to wait for a reply that never showed before, in milliseconds. */
  readonly generousMs: number;
  /** How many generated conversations a property gets. */
  readonly cases: number;
  /** How many clients a crowd has. */
  readonly crowd: number;
  /** When the whole run is to be over, as a `performance.now()`. */
  readonly endsAtMs: number;
  /** True when nobody set that: a slow server is then given more. */
  readonly mayExtend?: boolean;
  /** How long to wait, once, for a server of which nothing was heard; `generousMs` when absent. */
  readonly longMs?: number;
  /** Told what a reader should know while it happens. */
  readonly notice?: (message: string) => void;
  readonly signal: AbortSignal;
}

/** An operator’s line answers nobody: the time from a client’s message to it is no round trip. */
class UnlearnedDeadlines extends Deadlines {
  override observe(): void {
    // Nothing follows for how long the next line may take.
  }
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

/** Two replies that take that much longer than one were made one after the other. */
const inTurnFactor = 1.6;
/** Several that wait for one another take so long that they look like silences. */
const longInTurnMs = 200;

/** A single message may take so many shares of a behaviour: a busy machine is to shorten none. */
const messageShares = 4;
/** However slow a server is, messages of this size are tried, in bytes. */
const leastMessageBytes = 1024;

const shortestBeliefMs = 2000;
const longestBeliefMs = 16_000;

export class Session {
  readonly options: SessionOptions;
  readonly target: Target;
  readonly originMs = performance.now();
  /** Every connection of the run is in it, or in a scope inside it: none outlives the run. */
  readonly scope = new Scope();
  /** Conversations that are over but for the server's own end. */
  readonly closing = new Set<Promise<unknown>>();
  /** How the server went away so far, a sentence each. */
  readonly departures: string[] = [];
  /** True while it is found out how the server went: nothing else may begin. */
  isPostMortem = false;
  /** True once the server was seen to answer what came together with the client's FIN. */
  answersAtFin = false;
  /** True once the end of a conversation is known to prove that nothing more was to come. */
  finProves = false;
  /** True once the server was seen to send without end after the client's FIN. */
  floodsAfterFin = false;
  /** True once the server was seen to end a conversation after one message. */
  takesOneMessage = false;
  /** True once the server was seen to reply only when the client had ended its side. */
  repliesOnlyAtFin = false;
  /** How many conversations a slow server is given side by side. */
  readonly slots = new Slots(() => this.deadlines.typicalMs / Math.max(1, this.#aloneMs));
  readonly silences = new Silences(() => this.deadlines.hasHeardNothing);
  readonly ownRestarts = new OwnRestarts(this);
  /** What the server is known to say by itself, at any time; empty while nothing is known. */
  saysUnasked: Buffer = Buffer.alloc(0);
  /** True while it is found out whether it does. */
  mayRamble = false;
  readonly #stretch = new Stretch();
  /** The time of the run, and what each behaviour may use of it. */
  readonly budget: Budget;
  /** Lines of the operator that no client heard in time. */
  missedLines = 0;
  #deadlines: Deadlines;
  #contract: Contract;
  #letters: Letters;
  #servesTogether = true;
  /** A round trip while nobody else was served, in milliseconds; 0 while it is not known. */
  #aloneMs = 0;
  /** True when the replies to two clients were seen to wait for one another. */
  #repliesInTurn = false;
  #bytesPerMs: Promise<number> | undefined;
  #usedGeneration = 0;
  #idler: { readonly client: Connection; readonly generation: number } | undefined;
  #canary: Promise<boolean> | undefined;
  #askedWhileSilent: (() => Promise<boolean>) | undefined;
  /** A second restart at the same time would stop the server that the first one starts. */
  #reviving: Promise<void> | undefined;
  #unservedMs = 0;
  #firstCensus: { readonly taken: Census; readonly generation: number } | undefined;
  readonly #lessons = new Map<string, { readonly value: unknown; readonly generation: number }>();

  constructor(options: SessionOptions, contract: Contract) {
    this.options = options;
    // Every attempt listens for the end of the run, and a slow server is given many side by side.
    setMaxListeners(0, options.signal);
    this.target = options.target;
    this.budget = new Budget(options);
    this.#deadlines = this.#deadlinesFor(contract);
    this.#contract = contract;
    this.#letters = new Letters(contract, options.seed);
    if (options.signal.aborted) this.#stop();
    else options.signal.addEventListener('abort', this.#stop, { once: true });
  }

  readonly #stop = (): void => this.scope.end(new OutOfTime('the run was stopped'));

  /** Closes whatever is open still; from now on nobody can connect. */
  end(): void {
    this.options.signal.removeEventListener('abort', this.#stop);
    this.scope.end(new OutOfTime('the run is over'));
  }

  get deadlines(): Deadlines {
    return this.#deadlines;
  }

  get contract(): Contract {
    return this.#contract;
  }

  get letters(): Letters {
    return this.#letters;
  }

  get knowledge(): Knowledge {
    const { typicalMs, hasHeardNothing, silentForMs } = this.deadlines;
    return {
      servesTogether: this.#servesTogether,
      roundTripMs: typicalMs,
      isSlow: isSlow(this.cost, this.stretch),
      isSilent: hasHeardNothing,
      silentForMs,
      endsConversations: !this.endsNoConversation,
    };
  }

  /** How many times longer everything takes on this machine right now than on an idle one. */
  get stretch(): number {
    return this.#stretch.factor;
  }

  /** What a conversation with this server costs. */
  get cost(): Cost {
    return { roundTripMs: this.deadlines.typicalMs, finMs: this.deadlines.typicalFinMs };
  }

  #deadlinesFor({ opening }: Contract): Deadlines {
    const { generousMs, longMs, notice, target } = this.options;
    if (opening === 'server') return new UnlearnedDeadlines({ generousMs });
    // Where somebody types at the server, its silence says that nobody has typed yet.
    if (longMs === undefined || target.console !== undefined) return new Deadlines({ generousMs });
    return new Deadlines({
      ...{ generousMs, longMs },
      soundOut: () => this.#soundOut(),
      onLongWait: () =>
        notice?.(
          `The server has sent nothing for ${seconds(generousMs)}: it is waited for up to ${seconds(longMs)}, once.`,
        ),
    });
  }

  /** While a server is waited for at length, `ask` is asked too: whether it was heard otherwise. */
  whileSilent(ask: () => Promise<boolean>): void {
    this.#askedWhileSilent = ask;
  }

  async #soundOut(): Promise<boolean> {
    const asked = this.#askedWhileSilent?.() ?? Promise.resolve(false);
    return (await Promise.all([this.#sendCanary(), asked])).includes(true);
  }

  /** From now on the server is held to `contract`. */
  adopt(contract: Contract): void {
    if (contract.opening !== this.#contract.opening) {
      this.#deadlines = this.#deadlinesFor(contract);
    }
    this.#contract = contract;
    this.#letters = new Letters(contract, this.options.seed);
  }

  /** A second client is, or is not, served while a first one is idle. */
  learnServesTogether(isSo: boolean): void {
    this.#servesTogether = isSo;
    this.deadlines.useCanary(isSo ? () => this.#askCanary() : undefined);
  }

  /** From now on one round trip is known to have taken so long while nobody else was served. */
  learnAlone(): void {
    this.#aloneMs = this.deadlines.typicalMs;
  }

  /** The replies to two clients at once took so long together, in milliseconds. */
  learnPair(pairMs: number): void {
    this.#repliesInTurn = pairMs > inTurnFactor * this.#aloneMs;
  }

  /** True when many conversations side by side save time: the server is slow, and serves several. */
  get gainsByCompany(): boolean {
    const { servesTogether, isSlow: isSo } = this.knowledge;
    return isSo && servesTogether && !this.#repliesInTurn && this.#contract.serves === 'many';
  }

  /** True once the server is known not to end its side at a client's FIN: nobody waits for it again. */
  get endsNoConversation(): boolean {
    return this.floodsAfterFin || this.deadlines.isAbsent('fin');
  }

  /**
   * Whether a server that serves one client at a time, and does not end its side at the client's FIN,
   * serves its next client all the same. Where it does not, only RST makes room for the next.
   */
  goesOnAtFin(): Promise<boolean> {
    if (this.#contract.replies === 'by-operator') return Promise.resolve(true);
    return this.remember('goes on at FIN', () => this.#sendCanary());
  }

  /** True when several behaviours side by side would only wait for one another, and long. */
  get needsOneLane(): boolean {
    return !this.#servesTogether || (this.#repliesInTurn && this.#aloneMs > longInTurnMs);
  }

  /** Milliseconds that are left of the run. */
  get leftMs(): number {
    return this.budget.leftMs;
  }

  /**
   * Opens a connection, to a fresh server where one takes a single client.
   * @param signal closes it whenever it aborts, as the end of `scope` does
   * @throws {ConnectFailed} when the server does not let us in
   * @throws {Error} the reason of the scope or the signal, when it is over
   */
  async connect(
    client: string,
    signal?: AbortSignal,
    scope: Scope = this.scope,
  ): Promise<Connection> {
    const { target } = this;
    scope.throwIfOver();
    if (this.#contract.serves === 'one' && this.#usedGeneration === target.generation) {
      if (!target.restartable) throw new TargetGone('The server has served its one client.');
      await target.restart();
    }
    this.#usedGeneration = target.generation;
    const { host, port } = target.address;
    const { deadlines, originMs } = this;
    const aborts = signal === undefined ? {} : { signal };
    return connect({ host, port, deadlines, client, originMs, scope, ...aborts });
  }

  /** Opens the client that will say nothing until `takeIdler`, where others are served beside it. */
  async openIdler(): Promise<void> {
    const { replies, reply, serves } = this.#contract;
    const isAnswered = replies === 'by-byte' || replies === 'by-read';
    if (!this.#servesTogether || serves !== 'many' || !isAnswered) return;
    const client = await this.connect('idler');
    const message = this.#letters.take(6, 8);
    const expected = reply(message);
    await client.send(message);
    const { bytes } = await client.receive(expected.length);
    // What is late or wrong here would be told of the wrong behaviour: a later client shows it.
    if (bytes.equals(expected)) this.#idler = { client, generation: this.target.generation };
    else client.destroy();
  }

  /** True while a client of the run itself idles, whatever else is under way. */
  get hasIdler(): boolean {
    const idler = this.#idler;
    return idler?.generation === this.target.generation && idler.client.peer.kind === 'open';
  }

  /** The client that has idled since it was opened; undefined when its server is not there any more. */
  takeIdler(): Connection | undefined {
    const idler = this.#idler;
    this.#idler = undefined;
    if (idler === undefined || idler.generation === this.target.generation) return idler?.client;
    idler.client.destroy();
    return undefined;
  }

  /** Starts the server again where that can be done. */
  revive(): Promise<void> {
    this.#reviving ??= this.#restart().finally(() => (this.#reviving = undefined));
    return this.scope.during(this.#reviving);
  }

  async #restart(): Promise<void> {
    if (!this.target.restartable) return;
    this.scope.throwIfOver();
    await this.target.restart();
    if (this.#firstCensus !== undefined) await this.census();
  }

  /** Looks at the server's processes, and remembers the first look at each server started. */
  async census(): Promise<CensusTaken> {
    const { generation } = this.target;
    const taken = await this.target.census();
    if (taken.kind === 'seen' && this.#firstCensus?.generation !== generation) {
      this.#firstCensus = { taken, generation };
    }
    return taken;
  }

  /** The census as it was first taken since the server was last started. */
  get firstCensus(): Census | undefined {
    const isThisOne = this.#firstCensus?.generation === this.target.generation;
    return isThisOne ? this.#firstCensus?.taken : undefined;
  }

  /** What `learn` finds out, once for each server that is started. */
  async remember<Value>(name: string, learn: () => Promise<Value>): Promise<Value> {
    const { generation } = this.target;
    const lesson = this.#lessons.get(name);
    if (lesson?.generation === generation) return lesson.value as Value;
    const value = await learn();
    this.#lessons.set(name, { value, generation });
    return value;
  }

  /**
   * A fresh server in the place of this one, where we can.
   * @returns how the old one had ended by itself within `graceMs`; undefined when it lived
   */
  async renew(graceMs: number): Promise<Exit | undefined> {
    const { target } = this;
    const isOver = (): boolean => !target.restartable || target.health().kind === 'exited';
    for (let waitedMs = 0; waitedMs < graceMs && !isOver(); waitedMs += 25) await awake(25);
    const health = target.health();
    await this.revive();
    return health.kind === 'exited' ? health : undefined;
  }

  /**
   * Whether the server is gone, and how: its process has ended, or its port refuses connections.
   * A server that serves one client may go when it has, unless it went by a signal or with an error.
   */
  async ending(): Promise<GoneServer | undefined> {
    if (this.ownRestarts.isDown) return undefined;
    const health = this.target.health();
    const isExited = health.kind === 'exited';
    if (this.#contract.serves === 'one') {
      const isClean = !isExited || (health.exitCode === 0 && health.signal === null);
      return isClean ? undefined : gone(health);
    }
    if (isExited) return gone(health);
    // The kernel's tables tell it without a connection, where they can be read.
    const isListening = this.target.listening() ?? !(await this.#isRefused());
    if (isListening) return undefined;
    // The port may be closed a moment before the process has ended.
    for (let wait = 0; wait < 10 && this.target.health().kind === 'running'; wait += 1) {
      await awake(25);
    }
    return gone(this.target.health());
  }

  /**
   * Whether the server looks gone by what can be seen from outside, at no connection: its process
   * has ended, or the kernel's tables show nobody listening on its port.
   */
  looksGone(): boolean {
    if (this.#contract.serves === 'one' || this.ownRestarts.isDown) return false;
    return this.target.health().kind === 'exited' || this.target.listening() === false;
  }

  /**
   * How many bytes this server moves in so many milliseconds; never so few that nothing could be tried.
   * @throws {ConnectFailed} when it lets nobody in
   */
  async bytesWithin(milliseconds: number): Promise<number> {
    return Math.max(leastMessageBytes, Math.floor((await this.#pace()) * milliseconds));
  }

  /** Bytes a millisecond that this server moves, found out once. */
  async #pace(): Promise<number> {
    this.#bytesPerMs ??= measurePace(this).catch((error: unknown) => {
      // A server that failed once may do better: the next who asks tries again.
      this.#bytesPerMs = undefined;
      throw error;
    });
    return this.#bytesPerMs;
  }

  /**
   * The longest message whose reply comes within a few shares of a behaviour, in bytes; Infinity
   * where that cannot be told.
   */
  async affordableBytes(): Promise<number> {
    const { replies, serves } = this.#contract;
    if (replies !== 'by-byte' || serves === 'one') return Infinity;
    try {
      return await this.bytesWithin(messageShares * this.budget.shareMs);
    } catch (error) {
      if (error instanceof ConnectFailed) return Infinity;
      throw error;
    }
  }

  async #isRefused(): Promise<boolean> {
    try {
      const probe = await this.connect('probe', this.#soon());
      // It says something and listens: leaving without a word is what some servers die of.
      probe.halfClose(this.#letters.take(4, 5));
      await probe.receiveSome();
      await probe.close();
      return false;
    } catch (error) {
      return error instanceof ConnectFailed && error.code === 'ECONNREFUSED';
    }
  }

  /** A signal for what must not take longer than a reply may, its connect included. */
  #soon(): AbortSignal {
    const limit = AbortSignal.timeout(this.deadlines.fullMs('reply'));
    return AbortSignal.any([this.options.signal, limit]);
  }

  /**
   * One canary serves all who ask meanwhile. That nobody is served is believed for a while, and
   * each further time twice as long: asking in vain costs as much as a reply that does not come.
   */
  #askCanary(): Promise<boolean> {
    this.#canary ??= this.#sendCanary().then((isServed) => {
      this.#unservedMs = isServed
        ? 0
        : Math.min(longestBeliefMs, 2 * this.#unservedMs || shortestBeliefMs);
      setTimeout(() => (this.#canary = undefined), this.#unservedMs).unref();
      return isServed;
    });
    return this.#canary;
  }

  /** Some letters and FIN on a connection of its own: is anybody served right now? */
  async #sendCanary(): Promise<boolean> {
    const { host, port } = this.target.address;
    // Deadlines of its own: a canary that asked for a canary would never end.
    const deadlines = new Deadlines({ generousMs: this.deadlines.fullMs('reply') });
    try {
      const signal = this.#soon();
      const client = await connect({
        host,
        port,
        deadlines,
        client: 'canary',
        signal,
        scope: this.scope,
      });
      client.halfClose(this.#letters.take(8, 1));
      const { bytes, end } = await client.receiveSome();
      client.destroy();
      if (bytes.length > 0) this.answersAtFin = true;
      return bytes.length > 0 || end === 'fin';
    } catch {
      return false;
    }
  }
}

/** How a server that is gone went. */
export interface GoneServer {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly outputTail: string;
}

function gone(health: Health): GoneServer {
  return health.kind === 'exited' ? health : { exitCode: null, signal: null, outputTail: '' };
}
