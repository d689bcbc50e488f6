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
    const { budget, cost, stretch } = this.#session;
    const { failures, passes } = this.#verdicts;
    const isOfOthers = stretch >= busyStretch && !this.#load.isHeavy;
    const isPromising = failures === 0 || isOfOthers;
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
   * @param isAlone whether nothing else is under way by now
   */
  async relieve(behaviour: Behaviour, isAlone: () => boolean): Promise<void> {
    await this.#relief;
    const { stretch, life, budget } = this.#session;
    const isBusy = stretch >= busyStretch;
    const isWorthIt = this.#verdicts.failures > 0 && (isBusy || budget.isHurried);
    if (!isWorthIt || isAboutStarts(behaviour)) return;
    await this.#load.look();
    const most = isBusy ? mostReliefs : mostReliefsInHaste;
    if (this.#load.isHeavy && isAlone() && life.canRevive && this.#reliefs < most) {
      this.#reliefs += 1;
      this.#relief = life.revive().finally(() => (this.#relief = undefined));
      await this.#relief;
    }
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
