// What the core of an investigation yields, and what it is told: it opens no connection and knows no clock.
import type { SpokenStep } from '../../clients/conversation/messages.ts';

/** A conversation that is held to learn something, on fresh connections. */
export interface Experiment {
  readonly steps: readonly SpokenStep[];
  /**
   * True where the steps are played as they stand, each write by itself; otherwise one client's messages are said in
   * the way of the behaviour that failed.
   */
  readonly asWritten?: true;
  /** True where the server is started anew before: only where that can be done. */
  readonly isFresh?: true;
}

/** What one experiment came to; `untold` where nothing follows, `over` where no more can be held. */
export type Sight = 'right' | 'wrong' | 'untold' | 'over';

/** How often an experiment went right and wrong. */
export interface Seen {
  readonly right: number;
  readonly wrong: number;
}

/** A part of an investigation: yields experiments and is given what they came to. */
export type Trying<Result> = Generator<Experiment, Result, Sight>;

/** No more can be held, or what was held says nothing: the part that is under way is told nowhere. */
export class Unfinished extends Error {
  readonly isOver: boolean;

  constructor(isOver: boolean) {
    super(isOver ? 'No more experiments can be held.' : 'An experiment told nothing.');
    this.isOver = isOver;
  }
}

/** So often an experiment that told nothing is held again. */
const mostUntold = 2;

/** Keeps what every experiment came to, so that none is held more often than it has to be. */
export class Notebook {
  readonly #seen = new Map<string, Seen>();
  readonly #mostTimes: number;

  /** @param mostTimes nothing is held more often, whoever asks for it */
  constructor(mostTimes = Infinity) {
    this.#mostTimes = mostTimes;
  }

  /**
   * Holds `experiment` until it was held `times` times, or went both ways.
   * @throws {Unfinished} when it cannot be held, or told nothing each time
   */
  *see(experiment: Experiment, times = 1): Trying<Seen> {
    const name = nameOf(experiment);
    let seen = this.#seen.get(name) ?? { right: 0, wrong: 0 };
    const enough = Math.min(times, this.#mostTimes);
    while (seen.right + seen.wrong < enough && (seen.right === 0 || seen.wrong === 0)) {
      seen = added(seen, yield* hold(experiment));
      this.#seen.set(name, seen);
    }
    return seen;
  }

  /**
   * Whether it goes wrong each of `times` times (true) or never (false).
   * @throws {Unfinished} also where it goes both ways
   */
  *isWrong(experiment: Experiment, times = 1): Trying<boolean> {
    const { right, wrong } = yield* this.see(experiment, times);
    if (right > 0 && wrong > 0) throw new Unfinished(false);
    return wrong > 0;
  }
}

/**
 * Holds it once.
 * @throws {Unfinished} when it cannot be held, or told nothing each time
 */
export function* hold(experiment: Experiment): Trying<'right' | 'wrong'> {
  for (let untold = 0; untold <= mostUntold; untold += 1) {
    const sight = yield experiment;
    if (sight === 'over') throw new Unfinished(true);
    if (sight !== 'untold') return sight;
  }
  throw new Unfinished(false);
}

const added = ({ right, wrong }: Seen, sight: 'right' | 'wrong'): Seen =>
  sight === 'right' ? { right: right + 1, wrong } : { right, wrong: wrong + 1 };

/** Experiments of one name are the same conversation. */
function nameOf({ steps, asWritten }: Experiment): string {
  return JSON.stringify([
    asWritten === true,
    ...steps.map((step) =>
      step.do === 'send'
        ? [
            step.client,
            step.payload.bytes.toString('latin1'),
            step.payload.times,
            step.cuts ?? null,
          ]
        : [step.do, step.client, 'expected' in step ? step.expected : null],
    ),
  ]);
}
