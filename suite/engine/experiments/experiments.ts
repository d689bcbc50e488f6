// The experiments of a run: whoever wants to know more of a confirmed failure has them held here, one after another, while
// nobody else is served. They have one budget of time, and are counted.
import { listen } from '../../../clients/conversation/play.ts';
import type { Heard } from '../../../clients/conversation/played.ts';
import type { Conversation } from '../../../clients/conversation/conversation.ts';
import { ConnectFailed } from '../../../clients/faults.ts';
import { Scope } from '../../../clients/scope.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Experiment, Sight } from '../../investigation/experiment.ts';
import type { Outcome } from '../../theories/experiment.ts';
import { attempt } from '../trial/attempt.ts';
import { farewell, foundDead } from '../trial/departure.ts';
import { saysWhatIsDue } from './says-what-is-due.ts';
import type { Session } from '../session/session.ts';
import { AttemptClients } from '../world/attempt-clients.ts';

/** The server went away for good, or was not there: nothing more can be asked of it. */
export class ServerLost extends Error {}

/** Starts that take longer than this, in milliseconds, would use up the time. */
const quickStartMs = 200;

export class Experiments {
  readonly session: Session;
  /** How many were held, by the behaviour whose failure they were about. */
  readonly #counts = new Map<string, number>();

  constructor(session: Session) {
    this.session = session;
  }

  /** How many were held about the failure of that behaviour. */
  countAbout(about: string): number {
    return this.#counts.get(about) ?? 0;
  }

  /** Whether the server can be started anew in little time. */
  get canStartAgain(): boolean {
    const { target, life } = this.session;
    return life.canRevive && (target.lifecycle?.startMs() ?? 0) <= quickStartMs;
  }

  /**
   * Whether the server is there, and would be again if it went: one that died of something, and that nobody can start
   * again, may die of the next.
   */
  async canBegin(): Promise<boolean> {
    const { ownRestarts, life, contract, learned, options } = this.session;
    if (ownRestarts.isDown || options.signal.aborted) return false;
    if (!life.canRevive)
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
      if (!saysWhatIsDue(steps, session.contract)) return 'untold';
      if (isFresh === true || session.life.looksGone()) await this.#revive();
      let outcome = await attempt(session, behaviour, steps, { isPlayed: asWritten === true });
      if (outcome.kind === 'held' && session.life.looksGone()) {
        outcome = await foundDead(session, outcome);
      }
      if (outcome.kind === 'absent') throw new ServerLost();
      if (outcome.kind === 'held') return 'right';
      if (outcome.kind !== 'broken') return 'untold';
      if (outcome.gone === undefined) return 'wrong';
      session.learned.sawDeparture(
        farewell(outcome.gone, `the experiments around ${behaviour.id}`),
      );
      await this.#revive();
      return 'wrong';
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
        return wasUnsayable ? undefined : outcomeOf(only, conversation);
      } catch (error) {
        if (limit.aborted) return undefined;
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
    const { life } = this.session;
    if (!life.canRevive) throw new ServerLost();
    await life.revive();
  }

  /** Counts it, and what it takes. */
  async #hold<Result>(about: string, act: () => Promise<Result>): Promise<Result> {
    const { timeline, budget } = this.session;
    const startedMs = performance.now();
    try {
      return await timeline.during('experiment', about, act);
    } finally {
      budget.spendOnExperiments(performance.now() - startedMs);
      this.#counts.set(about, this.countAbout(about) + 1);
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
