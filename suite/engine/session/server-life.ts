// Whether the server is there, how it went, and a fresh one in its place; what was found out once about
// each server that was started.
import { awake } from '../../../clients/awake.ts';
import { ConnectFailed } from '../../../clients/faults.ts';
import {
  TargetUnavailable,
  type ProcessSnapshot,
  type SnapshotTaken,
  type Exit,
  type Health,
} from '../../../targets/target.ts';
import type { Session } from './session.ts';

/** One that is ended may have met a place that is still taken: so many must be, with a moment between them. */
const newcomers = 3;
const betweenNewcomersMs = 20;

/** What it needs of a session. */
type Host = Pick<
  Session,
  | 'target'
  | 'contract'
  | 'letters'
  | 'scope'
  | 'ownRestarts'
  | 'connect'
  | 'restart'
  | 'soon'
  | 'options'
>;

/** How a server that is gone went. */
export interface GoneServer {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly outputTail: string;
}

const lookMs = 25;
/** For a process that lives on behind a closed port. */
const usualLooks = 10;
/** For one that did so before. */
const laterLooks = 2;
/** For one that has ended, until somebody tells how: five seconds. */
const mostLooks = 200;

export class ServerLife {
  readonly #host: Host;
  /** A second restart at the same time would stop the server that the first one starts. */
  #reviving: Promise<void> | undefined;
  /** It was started once, and could not be started again. */
  #isLost = false;
  #renewal: Promise<unknown> | undefined;
  /** The start of the server to which nobody has spoken since, where there is such a one. */
  #unspokenGeneration: number | undefined;
  #firstSnapshot: { readonly taken: ProcessSnapshot; readonly generation: number } | undefined;
  readonly #lessons = new Map<string, { readonly value: unknown; readonly generation: number }>();

  /** Whether a server had closed its port while its process went on. */
  #hasGoneOnDeaf = false;
  readonly #runLessons = new Map<string, unknown>();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Whether the server is gone, and how: its process has ended, or its port refuses connections.
   * A server that serves one client may go when it has, unless it went by a signal or with an error.
   */
  async ending(): Promise<GoneServer | undefined> {
    const { target, contract, ownRestarts } = this.#host;
    if (ownRestarts.isDown) return undefined;
    const health = target.health();
    const isExited = health.kind === 'exited';
    if (contract.serves === 'one') {
      const isClean = !isExited || (health.exitCode === 0 && health.signal === null);
      return isClean ? undefined : gone(health);
    }
    if (isExited) return gone(health);
    // The kernel's tables tell it without a connection, where they can be read.
    const isListening = target.listening() ?? !(await this.#isRefused());
    if (isListening) return undefined;
    await this.#settled();
    return gone(target.health());
  }

  /**
   * Waits until it is known whether the server, whose port is closed, has ended too: it may be about to, and an
   * engine tells how a container ended some time after it has.
   */
  async #settled(): Promise<void> {
    const { target } = this.#host;
    const isOver = async (): Promise<boolean> => {
      const taken = await target.snapshot();
      return taken.kind === 'unseen' && taken.isOver === true;
    };
    const usual = this.#hasGoneOnDeaf ? laterLooks : usualLooks;
    for (let looks = 0; looks < mostLooks && target.health().kind === 'running'; looks += 1) {
      if (looks >= usual && !(await isOver())) {
        this.#hasGoneOnDeaf = true;
        return;
      }
      await awake(lookMs);
    }
  }

  /**
   * Whether the server looks gone by what can be seen from outside, at no connection: its process
   * has ended, or the kernel's tables show nobody listening on its port.
   */
  looksGone(): boolean {
    const { target, contract, ownRestarts } = this.#host;
    if (contract.serves === 'one' || ownRestarts.isDown) return false;
    return target.health().kind === 'exited' || target.listening() === false;
  }

  async #isRefused(): Promise<boolean> {
    try {
      const probe = await this.#host.connect('probe', this.#host.soon());
      // It says something and listens: leaving without a word is what some servers die of.
      probe.halfClose(this.#host.letters.take(4, 5));
      await probe.receiveSome();
      await probe.close();
      return false;
    } catch (error) {
      return error instanceof ConnectFailed && error.code === 'ECONNREFUSED';
    }
  }

  /**
   * Whether the server, which listens, ends whoever comes: some that say something are let in, and none is answered before
   * its end. False where a fresh one could not be had in its place.
   */
  async endsWhoeverComes(): Promise<boolean> {
    const { contract } = this.#host;
    if (!this.canRevive || contract.replies !== 'by-byte') return false;
    for (let nth = 0; nth < newcomers; nth += 1) {
      if (!(await this.#isEndedUnanswered())) return false;
      await awake(betweenNewcomersMs);
    }
    return true;
  }

  async #isEndedUnanswered(): Promise<boolean> {
    try {
      const { letters } = this.#host;
      const probe = await this.#host.connect('probe', this.#host.soon());
      await probe.send(letters.take(4, 5));
      const { bytes, end } = await probe.receiveSome();
      await probe.close();
      return bytes.length === 0 && (end === 'fin' || end === 'reset');
    } catch {
      return false;
    }
  }

  /** Nobody has spoken to this server, which was just started. */
  leaveUnspoken(): void {
    this.#unspokenGeneration = this.#host.target.generation;
  }

  /** Somebody speaks to this server from now on. Returns whether nobody had since it was left unspoken to. */
  beginToSpeak(): boolean {
    const isUnspoken = this.#unspokenGeneration === this.#host.target.generation;
    this.#unspokenGeneration = undefined;
    return isUnspoken;
  }

  /** Whether a fresh server can be had in the place of one that is gone. */
  get canRevive(): boolean {
    return this.#host.target.restartable && !this.#isLost;
  }

  /**
   * Starts the server again where that can be done. One that cannot have its port again, say, is noticed, and gone for the
   * rest of the run.
   */
  revive(): Promise<void> {
    this.#reviving ??= this.#restart().finally(() => (this.#reviving = undefined));
    return this.#host.scope.during(this.#reviving);
  }

  async #restart(): Promise<void> {
    const { contract, scope, ownRestarts, options } = this.#host;
    if (!this.canRevive) return;
    scope.throwIfOver();
    const wasThere = !this.looksGone();
    try {
      await this.#host.restart();
    } catch (error) {
      if (!(error instanceof TargetUnavailable) || contract.serves === 'one') throw error;
      this.#isLost = true;
      if (wasThere) ownRestarts.lose();
      options.notice?.(`The server could not be started again. ${error.message}`);
      return;
    }
    if (this.#firstSnapshot !== undefined) await this.snapshot();
  }

  /**
   * A fresh server in the place of this one, where we can.
   * @returns how the old one had ended by itself within `graceMs`; undefined when it lived
   */
  renew(graceMs: number): Promise<Exit | undefined> {
    const renewal = this.#renew(graceMs);
    this.#renewal = renewal.catch(() => undefined);
    return renewal;
  }

  /**
   * Resolves when no check has a fresh server under way any more: one that ran out of time leaves it to come, and whoever
   * spoke to the one before would be cut off.
   */
  async renewed(): Promise<void> {
    await this.#renewal;
  }

  async #renew(graceMs: number): Promise<Exit | undefined> {
    const { target } = this.#host;
    const isOver = (): boolean => !this.canRevive || target.health().kind === 'exited';
    for (let waitedMs = 0; waitedMs < graceMs && !isOver(); waitedMs += 25) await awake(25);
    const health = target.health();
    await this.revive();
    return health.kind === 'exited' ? health : undefined;
  }

  /** Looks at the server's processes, and remembers the first look at each server started. */
  async snapshot(): Promise<SnapshotTaken> {
    const { target } = this.#host;
    const { generation } = target;
    const taken = await target.snapshot();
    if (taken.kind === 'seen' && this.#firstSnapshot?.generation !== generation) {
      this.#firstSnapshot = { taken, generation };
    }
    return taken;
  }

  /** The snapshot as it was first taken since the server was last started. */
  get firstSnapshot(): ProcessSnapshot | undefined {
    const isThisOne = this.#firstSnapshot?.generation === this.#host.target.generation;
    return isThisOne ? this.#firstSnapshot?.taken : undefined;
  }

  /** What `learn` finds out, once for each server that is started. */
  async remember<Value>(name: string, learn: () => Promise<Value>): Promise<Value> {
    const { generation } = this.#host.target;
    const lesson = this.#lessons.get(name);
    if (lesson?.generation === generation) return lesson.value as Value;
    const value = await learn();
    this.#lessons.set(name, { value, generation });
    return value;
  }

  /** The same, once for the whole run. */
  rememberForRun<Value>(name: string, learn: () => Value): Value {
    if (!this.#runLessons.has(name)) this.#runLessons.set(name, learn());
    return this.#runLessons.get(name) as Value;
  }
}

function gone(health: Health): GoneServer {
  return health.kind === 'exited' ? health : { exitCode: null, signal: null, outputTail: '' };
}
