// The experiments of a run: whoever wants to know more of a confirmed failure has them held here, one after another, while
// nobody else is served. They have one budget of time, and one record.
import { listen } from '../../clients/conversation/play.ts';
import type { Heard } from '../../clients/conversation/played.ts';
import type { Conversation } from '../../clients/conversation/conversation.ts';
import { ConnectFailed } from '../../clients/faults.ts';
import { Scope } from '../../clients/scope.ts';
import type { Behaviour } from '../behaviours/behaviour.ts';
import type { Experiment, Sight } from '../investigation/experiment.ts';
import type { Outcome } from '../theories/experiment.ts';
import { attempt } from './attempt.ts';
import { farewell, foundDead } from './departure.ts';
import { saysWhatIsDue } from './says-what-is-due.ts';
import type { Session } from './session/session.ts';
import { AttemptClients } from './world/attempt-clients.ts';

/** The server went away for good, or was not there: nothing more can be asked of it. */
export class ServerLost extends Error {}

/** One conversation that was held to learn something. */
interface HeldExperiment {
  /** The id of the behaviour whose failure it was about, or `causes`. */
  readonly about: string;
  /** `gone` where the server did not outlive it; `untold` where nothing follows. */
  readonly came: 'right' | 'wrong' | 'heard' | 'gone' | 'untold';
  readonly tookMs: number;
}

/** Starts that take longer than this, in milliseconds, would use up the time. */
const quickStartMs = 200;

export class Experiments {
  readonly session: Session;
  readonly #held: HeldExperiment[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  /** What was held so far, in order. */
  get held(): readonly HeldExperiment[] {
    return this.#held;
  }

  /** How many were held about that. */
  countAbout(about: string): number {
    return this.#held.filter((one) => one.about === about).length;
  }

  /** Whether the server can be started anew in little time. */
  get canStartAgain(): boolean {
    const { target } = this.session;
    return target.restartable && (target.lifecycle?.startMs() ?? 0) <= quickStartMs;
  }

  /**
   * Whether the server is there, and would be again if it went: one that died of something, and that nobody can start
   * again, may die of the next.
   */
  async canBegin(): Promise<boolean> {
    const { target, ownRestarts, life, contract, learned, options } = this.session;
    if (ownRestarts.isDown || options.signal.aborted) return false;
    if (!target.restartable)
      return contract.serves !== 'one' && learned.departures.length === 0 && !life.looksGone();
    if (life.looksGone()) await life.revive();
    return !life.looksGone();
  }

  /**
   * Holds `experiment` once, in the way of `behaviour`, whose own check says whether it went right. A server that does
   * not outlive it is started again, and its end is told as any other of the run.
   * @throws {ServerLost} when it is gone and cannot be started again
   */
  judge(behaviour: Behaviour, experiment: Experiment): Promise<Exclude<Sight, 'over'>> {
    const { steps, asWritten, isFresh } = experiment;
    const { session } = this;
    return this.#hold(behaviour.id, async () => {
      if (!saysWhatIsDue(steps, session.contract)) return ['untold', 'untold'];
      if (isFresh === true || session.life.looksGone()) await this.#revive();
      let outcome = await attempt(session, behaviour, steps, asWritten);
      if (outcome.kind === 'held' && session.life.looksGone()) {
        outcome = await foundDead(session, outcome);
      }
      if (outcome.kind === 'absent') throw new ServerLost();
      if (outcome.kind === 'held') return ['right', 'right'];
      if (outcome.kind !== 'broken') return ['untold', 'untold'];
      if (outcome.gone === undefined) return ['wrong', 'wrong'];
      session.learned.sawDeparture(
        farewell(outcome.gone, `the experiments around ${behaviour.id}`),
      );
      await this.#revive();
      return ['wrong', 'gone'];
    });
  }

  /**
   * Plays `conversation` once, and says what its client heard: nothing is held against the server.
   * @returns undefined where it cannot be told, or the time was up
   * @throws {ServerLost} when the server did not outlive it, or let the client in no more
   */
  hear(conversation: Conversation, limit: AbortSignal): Promise<Outcome | undefined> {
    const { session } = this;
    return this.#hold('causes', async () => {
      const scope = new Scope(session.scope);
      const clients = new AttemptClients(session, scope);
      const stop = (): void => scope.end(limit.reason as Error);
      limit.addEventListener('abort', stop, { once: true });
      try {
        limit.throwIfAborted();
        const heard = await listen(conversation, { connect: clients.connect, signal: limit });
        const { wasUnsayable } = clients;
        await clients.close([]);
        limit.throwIfAborted();
        const [only] = heard.values();
        if (only === undefined || only.end === 'refused' || session.life.looksGone())
          throw new ServerLost();
        return wasUnsayable ? [undefined, 'untold'] : [outcomeOf(only, conversation), 'heard'];
      } catch (error) {
        if (limit.aborted) return [undefined, 'untold'];
        if (error instanceof ConnectFailed) throw new ServerLost();
        throw error;
      } finally {
        limit.removeEventListener('abort', stop);
        scope.end();
      }
    });
  }

  /** Has the server started anew, where that is quick. */
  async refresh(): Promise<void> {
    if (this.canStartAgain) await this.session.life.revive();
  }

  async #revive(): Promise<void> {
    const { target, life } = this.session;
    if (!target.restartable) throw new ServerLost();
    await life.revive();
  }

  /** Counts what `act` takes, and notes what came. */
  async #hold<Result>(
    about: string,
    act: () => Promise<readonly [Result, HeldExperiment['came']]>,
  ): Promise<Result> {
    const { timeline, budget } = this.session;
    const startedMs = performance.now();
    let came: HeldExperiment['came'] = 'gone';
    try {
      const [result, told] = await timeline.during('experiment', about, act);
      came = told;
      return result;
    } finally {
      const tookMs = performance.now() - startedMs;
      budget.spendOnExperiments(tookMs);
      this.#held.push({ about, came, tookMs });
    }
  }
}

function outcomeOf({ received, end, marks }: Heard, conversation: Conversation): Outcome {
  const byteCountAfter = (step: number): number => marks.get(step) ?? 0;
  const answers = conversation.flatMap((step, nth) =>
    step.do === 'receive' ? [byteCountAfter(nth) > byteCountAfter(nth - 1)] : [],
  );
  return { answers, bytes: received, hasEnded: end === 'fin' || end === 'reset' };
}
