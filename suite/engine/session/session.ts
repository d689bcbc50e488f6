// What one run knows and shares: the target, the waiting times, what was learned of the server.
import { setMaxListeners } from 'node:events';
import { connect, type Connection } from '../../../clients/connection/connection.ts';
import { Deadlines } from '../../../clients/deadline.ts';
import { Scope } from '../../../clients/scope.ts';
import { isUnderWay } from '../../../targets/sockets/far-end.ts';
import type { Target } from '../../../targets/target.ts';
import type { Knowledge } from '../../behaviours/behaviour.ts';
import { Budget, isSlow, type Cost } from './budget.ts';
import { apartFrom } from '../../contracts/apart-from/apart-from.ts';
import type { Deviation } from '../../contracts/apart-from/deviation.ts';
import { Going } from './going.ts';
import type { Contract } from '../../contracts/contract.ts';
import { Letters } from '../../payloads/letters.ts';
import { Canary } from './canary.ts';
import { Idler } from './idler.ts';
import { Inquiry } from './inquiry.ts';
import { Learned } from './learned.ts';
import { OwnRestarts } from './own-restarts.ts';
import { OutOfTime, TargetGone } from './run-faults.ts';
import { Pace } from './pace.ts';
import { ServerLife } from './server-life.ts';
import { Slots } from './slots.ts';
import { Stretch } from './stretch.ts';
import { Timeline } from './timeline.ts';

export interface SessionOptions {
  readonly target: Target;
  readonly seed: number;
  /** How long to wait for a reply that never showed before, in milliseconds. */
  readonly generousMs: number;
  /** How many generated conversations a property gets. */
  readonly cases: number;
  /** How many clients a crowd has; undefined for more than select() takes, where the machine allows it. */
  readonly crowd: number | undefined;
  /** When the whole run is to be over, as a `performance.now()`. */
  readonly endsAtMs: number;
  /** True when nobody set that: a slow server is then given more. */
  readonly mayExtend?: boolean;
  /** How long experiments around failures may take, in milliseconds; 5000 when absent. */
  readonly experimentsMs?: number;
  /** How long to wait, once, for a server of which nothing was heard; `generousMs` when absent. */
  readonly longMs?: number;
  /** Whether a failure of that behaviour would show and count in this run, or in another part of it; each would when absent. */
  readonly isCounted?: (id: string) => boolean;
  /** Told what a reader should know while it happens. */
  readonly notice?: (message: string) => void;
  /** What the run spent its time on before the session; the session's own begins when absent. */
  readonly timeline?: Timeline;
  readonly signal: AbortSignal;
}

/** An operator’s line answers nobody: the time from a client’s message to it is no round trip. */
class UnlearnedDeadlines extends Deadlines {
  override observe(): void {
    // Nothing follows for how long the next line may take.
  }
}

/** So many times longer, at the least, is a server waited for that works without pause for clients that have left. */
const busyServerStretch = 4;
/** So many behaviours that met with nothing but silence tell that nobody is answered: more would tell nothing else. */
const enoughUnheard = 3;
/** Whose replies and ends take less than this is quick enough to be asked for them in advance, in milliseconds. */
const quickMs = 100;

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

export class Session {
  readonly options: SessionOptions;
  readonly target: Target;
  readonly originMs = performance.now();
  /** What the run has spent its time on. */
  readonly timeline: Timeline;
  /** Every connection of the run is in it, or in a scope inside it: none outlives the run. */
  readonly scope = new Scope();
  /** Conversations that are over but for the server's own end. */
  readonly closing = new Set<Promise<unknown>>();
  /** What was learned of the server's manners so far. */
  readonly learned = new Learned(() => this.deadlines.hasHeardNothing);
  /** Holds up whatever would begin while it is found out how the server went. */
  readonly inquiry = new Inquiry();
  /** How many conversations a slow server is given side by side. */
  readonly slots = new Slots(() => this.deadlines.typicalMs / Math.max(1, this.learned.aloneMs));
  readonly ownRestarts = new OwnRestarts(this);
  /** What the run goes on apart from. */
  readonly going = new Going(
    () => this.#contract,
    (id) => this.options.isCounted?.(id) ?? true,
  );
  /** Whether the server is there, and a fresh one in its place. */
  readonly life = new ServerLife(this);
  readonly idler = new Idler(this);
  /** The clients of each check that is under way. */
  readonly attempts = new Set<{ readonly openCount: number }>();
  /** How many bytes the server moves in how much time. */
  readonly pace = new Pace(this);
  readonly #canary = new Canary(this);
  readonly #stretch = new Stretch();
  /** The time of the run, and what each behaviour may use of it. */
  readonly budget: Budget;
  #deadlines: Deadlines;
  #contract: Contract;
  #letters: Letters;
  #usedGeneration = 0;
  #askedWhileSilent: (() => Promise<boolean>) | undefined;

  constructor(options: SessionOptions, contract: Contract) {
    this.options = options;
    // Every attempt listens for the end of the run, and a slow server is given many side by side.
    setMaxListeners(0, options.signal);
    this.target = options.target;
    this.budget = new Budget(options);
    this.timeline = options.timeline ?? new Timeline();
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
      servesTogether: this.learned.servesTogether,
      roundTripMs: typicalMs,
      isSlow: isSlow(this.cost, this.stretch),
      isSilent: hasHeardNothing,
      silentForMs,
      endsConversations: !this.endsNoConversation,
      answersOnce: this.going.answersOnce,
      heardCount: this.deadlines.heardCount,
      places: this.learned.places,
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
    const onWait = this.timeline.sawWait;
    if (opening === 'server') return new UnlearnedDeadlines({ generousMs, onWait });
    // Where somebody types at the server, its silence says that nobody has typed yet.
    const stretch = (): number =>
      this.learned.worksForThoseWhoLeft ? Math.max(busyServerStretch, this.stretch) : this.stretch;
    const owesAnswers = (): boolean =>
      this.#contract.replies === 'by-byte' || this.#contract.replies === 'by-read';
    const workedMs = async (): Promise<number | undefined> => {
      // What it works for those who left tells nothing of what it does for others.
      if (this.learned.worksForThoseWhoLeft) return undefined;
      const snapshot = await target.snapshot();
      return snapshot.kind === 'seen' ? snapshot.cpuMs : undefined;
    };
    const options = {
      ...{ generousMs, stretch, onWait, owesAnswers, workedMs },
      isUnderWay: (localPort: number) => isUnderWay(target.address.port, localPort),
    };
    if (longMs === undefined || target.console !== undefined) return new Deadlines(options);
    return new Deadlines({
      ...{ ...options, longMs },
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
    return (await Promise.all([this.#canary.send(), asked])).includes(true);
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
    this.learned.sawTwoClients(isSo);
    this.deadlines.useCanary(isSo ? () => this.#canary.ask() : undefined);
  }

  /** True when many conversations side by side save time: the server is slow, and serves several. */
  get gainsByCompany(): boolean {
    const { servesTogether, isSlow: isSo } = this.knowledge;
    return (
      isSo && servesTogether && !this.learned.repliesInTurn && this.#contract.serves === 'many'
    );
  }

  /** True once the server is known not to end its side at a client's FIN: nobody waits for it again. */
  get endsNoConversation(): boolean {
    return this.learned.floodsAfterFin || this.deadlines.isAbsent('fin');
  }

  /**
   * Whether a server that serves one client at a time, and does not end its side at the client's FIN,
   * serves its next client all the same. Where it does not, only RST makes room for the next.
   */
  goesOnAtFin(): Promise<boolean> {
    if (this.#contract.replies === 'by-operator') return Promise.resolve(true);
    return this.life.remember('goes on at FIN', () => this.#canary.send());
  }

  /** True once the server was seen to answer nobody any more, and so often that more of it tells nothing. */
  get answersNobody(): boolean {
    return this.deadlines.answersNobody && this.learned.unheard.length >= enoughUnheard;
  }

  /** Whether somebody is answered again, whom nobody was for long. */
  async isAnsweredAgain(): Promise<boolean> {
    return !this.deadlines.answersNobody || (await this.#canary.send());
  }

  /**
   * Whether a new client of the run's own tells that the server answers somebody: it has answered such a one before, or
   * ended its side at a client's FIN, which is an answer too; and no other client is in its way.
   */
  get canBeAsked(): boolean {
    const wasServed = this.#canary.wasServed || this.deadlines.typicalFinMs > 0;
    return wasServed && this.#servesAnother;
  }

  get #servesAnother(): boolean {
    const { serves, replies } = this.#contract;
    const isOwed = replies === 'by-byte' || replies === 'by-read';
    const isServed = this.learned.servesTogether || this.openCount === 0;
    return isOwed && serves !== 'one' && isServed;
  }

  /** How many clients are there, the idle ones among them. */
  get openCount(): number {
    return [...this.attempts].reduce((count, one) => count + one.openCount, this.idler.count);
  }

  /** Sees whether a new client of the run's own is answered, for when it is to be known; a slow server is not asked. */
  async meetOne(): Promise<void> {
    const { typicalMs, typicalFinMs } = this.deadlines;
    if (this.#servesAnother && Math.max(typicalMs, typicalFinMs) < quickMs) await this.isServing();
  }

  /** Whether a new client is answered right now. */
  isServing(): Promise<boolean> {
    return this.#canary.send();
  }

  /** Milliseconds that are left of the run. */
  get leftMs(): number {
    return this.budget.leftMs;
  }

  /**
   * Opens a connection, to a fresh server where one takes a single client.
   * @param signal closes it whenever it aborts, as the end of `scope` does
   * @param deviations those that its client lives with: all that are known when absent
   * @throws {ConnectFailed} when the server does not let us in
   * @throws {Error} the reason of the scope or the signal, when it is over
   */
  async connect(
    client: string,
    signal?: AbortSignal,
    scope: Scope = this.scope,
    deviations: readonly Deviation[] = this.going.deviations,
  ): Promise<Connection> {
    const { target } = this;
    scope.throwIfOver();
    if (this.#contract.serves === 'one' && this.#usedGeneration === target.generation) {
      if (!target.restartable) throw new TargetGone('The server has served its one client.');
      await this.restart();
    }
    this.#usedGeneration = target.generation;
    const { host, port } = target.address;
    const { deadlines, originMs } = this;
    const aborts = signal === undefined ? {} : { signal };
    const interpreter = deviations.length === 0 ? undefined : apartFrom(deviations, this.#contract);
    return connect({ host, port, deadlines, client, originMs, scope, interpreter, ...aborts });
  }

  /** True while nobody has come to the server since it was last started. */
  get isUnmet(): boolean {
    return this.#usedGeneration !== this.target.generation;
  }

  /** Starts the server anew. Its time is that of a start, whatever it is needed for. */
  async restart(): Promise<void> {
    await this.timeline.during('start', 'restart', () => this.target.restart());
    this.deadlines.meetAnother();
  }

  /** A signal for what must not take longer than a reply may, its connect included. */
  soon(): AbortSignal {
    const limit = AbortSignal.timeout(this.deadlines.fullMs('reply'));
    return AbortSignal.any([this.options.signal, limit]);
  }
}
