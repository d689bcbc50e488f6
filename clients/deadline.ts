// How long to wait, learned from this server's own round trips. A silence is expensive once: when
// it is known that a kind of thing does not come, the next wait for it is short and then checked
// by a canary, a whole conversation on a new connection, before it is believed.

/**
 * What a client can wait for: `fin` answers its own FIN, `end` is the server's doing; `its turn` is
 * a first reply while the connection may still stand in the backlog.
 */
export type Awaited = 'reply' | 'fin' | 'end' | 'connect' | 'its turn' | 'room to send';

export interface DeadlineOptions {
  /** How long to wait for anything that never showed before, in milliseconds. */
  readonly generousMs: number;
  /** Whether the server serves a new client right now; undefined while that cannot be asked. */
  canary?: () => Promise<boolean>;
}

const remembered = 64;
const relearnedEvery = 16;
/** Below this even an idle machine's scheduler, or Nagle against a delayed ACK, can hold a reply. */
const shortestMs = 150;
/** Where no canary can be sent, because the server takes one client at a time. */
const shortestWithoutCanaryMs = 500;
/** SYN retries come 1, 3 and 7 seconds after the first, see tcp_syn_retries in tcp(7). */
const connectMs = 12_000;
const longestMs = 10_000;

/** The waiting times of one run. */
export class Deadlines {
  readonly #options: DeadlineOptions;
  readonly #roundTripsMs: number[] = [];
  readonly #absent = new Set<Awaited>();
  #next = 0;
  #slowestMs = 0;
  #typicalMs = 0;

  constructor(options: DeadlineOptions) {
    this.#options = options;
  }

  /** Takes note of one round trip of the server. */
  observe(roundTripMs: number): void {
    this.#roundTripsMs[this.#next % remembered] = roundTripMs;
    this.#next += 1;
    this.#slowestMs = Math.max(this.#slowestMs, roundTripMs);
    // Looked over now and then: a deadline is asked for at every wait, and sorting each time shows.
    if (this.#next % relearnedEvery === 0 || this.#next < relearnedEvery) this.#relearn();
  }

  /** The slowest of the last round trips, in milliseconds; 0 before the first. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** The median of the last round trips, in milliseconds; 0 before the first. */
  get typicalMs(): number {
    return this.#typicalMs;
  }

  #relearn(): void {
    const sorted = [...this.#roundTripsMs].sort((one, other) => one - other);
    this.#typicalMs = sorted[sorted.length >> 1] ?? 0;
    this.#slowestMs = sorted.at(-1) ?? 0;
  }

  /** The full wait for `awaited`, in milliseconds. */
  fullMs(awaited: Awaited): number {
    if (awaited === 'connect' || awaited === 'its turn') return connectMs;
    const learnedMs = 20 * this.typicalMs + 4 * this.slowestMs;
    return Math.min(longestMs, Math.max(this.#options.generousMs, learnedMs));
  }

  /** The wait after which a canary is asked, in milliseconds. */
  get briefMs(): number {
    return Math.min(this.fullMs('reply') / 2, Math.max(shortestMs, 4 * this.slowestMs));
  }

  /** From now on `awaited` is known not to come from this server. */
  learnAbsence(awaited: Awaited): void {
    this.#absent.add(awaited);
  }

  /** True when `awaited` is known not to come, so that a short wait is tried first. */
  isAbsent(awaited: Awaited): boolean {
    return this.#absent.has(awaited);
  }

  /** How long to wait on for what is known to be absent when the canary gave no comfort. */
  patientMs(awaited: Awaited): number {
    // A server that has never answered anybody is not waited for at length twice.
    const hasAnswered = this.#next > 0;
    if (this.#options.canary !== undefined && hasAnswered) return this.fullMs(awaited);
    return Math.max(shortestWithoutCanaryMs, this.briefMs);
  }

  /** Asks whether the server serves a new client at this moment. */
  async serverAnswers(): Promise<boolean> {
    return (await this.#options.canary?.()) ?? false;
  }

  /** From now on silences are checked by `canary`; undefined when the server takes one client. */
  useCanary(canary: (() => Promise<boolean>) | undefined): void {
    if (canary === undefined) delete this.#options.canary;
    else this.#options.canary = canary;
  }
}
