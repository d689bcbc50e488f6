// The time of a run while it is judged: what is left of it is shared among those that are left, a slow server is given
// more, and one that keeps the machine busy itself is started anew.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { RunEvent } from '../../events/events.ts';
import { isAboutStarts } from '../trial/attempt.ts';
import { busyStretch } from '../../../clients/deadline.ts';
import { slowness, takesSeconds } from '../session/budget.ts';
import { ServerLoad } from '../session/server-load.ts';
import type { Session } from '../session/session.ts';
import type { Verdicts } from './verdicts.ts';

/** Each costs a start. */
const mostReliefs = 8;
/** On a machine that is not busy otherwise fewer do: it is late, and others were kept waiting at the most. */
const mostReliefsInHaste = 3;
/** Where those who left are known to keep it busy, what comes next is told wrongly, or late, without one. */
const mostReliefsFromThoseWhoLeft = 24;
/** A run that had as long as this, in milliseconds, needs more than two minutes. */
const mostUsualMs = 100_000;

export class RunTime {
  readonly #session: Session;
  readonly #verdicts: Verdicts;
  readonly #emit: (event: RunEvent) => void;
  readonly #load: ServerLoad;
  /** How many had passed when the limit was last extended: without progress it is not again. */
  #passesAtExtension = 0;
  #isLengthTold = false;
  /** How often a server that kept the machine busy was started anew. */
  #reliefs = 0;
  #relief: Promise<void> | undefined;

  constructor(session: Session, verdicts: Verdicts, emit: (event: RunEvent) => void) {
    this.#session = session;
    this.#verdicts = verdicts;
    this.#emit = emit;
    this.#load = new ServerLoad(session);
  }

  /** Shares what is left of the run among those of `behaviours` that have no verdict yet. */
  share(behaviours: readonly Behaviour[]): void {
    const { budget, cost, stretch } = this.#session;
    const remaining = behaviours.filter(({ id }) => !this.#verdicts.given.has(id)).length;
    budget.plan(remaining, cost, stretch, this.#verdicts.failures > 0);
  }

  /**
   * Gives a slow server more time, as long as it makes progress and no `must` is broken; and any
   * server where the machine is busy with something else.
   */
  extend(): void {
    const { budget, cost, stretch, learned } = this.#session;
    const { failures, passes } = this.#verdicts;
    const isOfOthers = stretch >= busyStretch && !this.#load.isHeavy;
    const isPromising = failures === 0 || isOfOthers || learned.worksForThoseWhoLeft;
    const isWorthIt = isPromising && passes > this.#passesAtExtension;
    if (isWorthIt && budget.extendFor(cost, stretch)) this.#passesAtExtension = passes;
    if (this.#isLengthTold || !budget.takesLong(cost)) return;
    this.#isLengthTold = true;
    const message = `The run takes longer than usual, up to ${takesSeconds(cost) ? 'five' : 'two'} minutes: ${slowness(cost) ?? 'the tests so far were slow'}. Use --time-limit to change the limit.`;
    this.#emit({ type: 'noticed', message });
  }

  /**
   * Where the server itself keeps the machine busy, or a late run waiting, with what earlier clients have left behind, a
   * fresh one is started before `behaviour` is judged: that it does so is for its own behaviours to find, and the rest is
   * judged in good time. Nobody begins meanwhile.
   * @param untilUnused resolves when none of those that have begun is under way any more
   */
  async relieve(behaviour: Behaviour, untilUnused: () => Promise<void>): Promise<void> {
    await this.#untilRelieved();
    if (!this.#mayRelieve || isAboutStarts(behaviour)) return;
    const { life, learned, deadlines } = this.#session;
    await this.#load.look(learned.worksForThoseWhoLeft);
    if (this.#load.isHeavy && deadlines.isAbsent('fin')) learned.sawWorkForThoseWhoLeft();
    // Who looks at a server at rest would find it busy with what others left.
    const isLeftBusy = behaviour.isAtRest === true && learned.worksForThoseWhoLeft;
    if ((this.#load.isHeavy || isLeftBusy) && life.canRevive)
      this.#relief ??= this.#startAnew(untilUnused);
    await this.#untilRelieved();
  }

  async #untilRelieved(): Promise<void> {
    while (this.#relief !== undefined) await this.#relief;
  }

  async #startAnew(untilUnused: () => Promise<void>): Promise<void> {
    this.#reliefs += 1;
    try {
      await untilUnused();
      await this.#session.life.revive();
    } finally {
      this.#relief = undefined;
    }
  }

  get #mayRelieve(): boolean {
    const { stretch, budget, deadlines } = this.#session;
    if (deadlines.isAbsent('fin')) return this.#reliefs < mostReliefsFromThoseWhoLeft;
    if (this.#verdicts.failures === 0) return false;
    if (stretch >= busyStretch) return this.#reliefs < mostReliefs;
    return budget.isHurried && this.#reliefs < mostReliefsInHaste;
  }

  /** Why the rest was not tested, where time is up. */
  get whyItIsUp(): string {
    const slow = slowness(this.#session.cost);
    const advice = `try --time-limit ${this.#session.budget.totalMs < mostUsualMs ? 120 : 600}`;
    return slow === undefined
      ? 'the run reached its time limit (--time-limit)'
      : `the run reached its time limit: ${slow}, ${advice}`;
  }
}
