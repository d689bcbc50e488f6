// When the failures of a run are known and the server still runs, the causes that would explain them are put to the test:
// each foretells what a conversation would bring, and the conversations that tell them apart are held.
import { wordsOf } from '../../contracts/apart-from/apart-from.ts';
import type { RunEvent } from '../../events/events.ts';
import type { Experiment, Outcome, Trial } from '../../theories/experiment.ts';
import { ServerLost, type Experiments } from './experiments.ts';

/** More tell nothing that a reader would miss. */
const mostExperiments = 12;
/** What one experiment brings counts only where it brings the same again. */
const timesHeld = 2;
/** On a busy machine they take longer: so many times as long at the most. */
const mostStretch = 3;
/** With less than this left of the run none begins, in milliseconds. */
const reserveMs = 500;

/**
 * Holds the experiments that part the causes which the events of the run suggest; none where no failure is confirmed,
 * or where one of them might end a server that nobody can start again.
 * @param told the events of the run so far
 * @returns what came, of each experiment the same twice
 */
export async function partCauses(
  experiments: Experiments,
  told: readonly RunEvent[],
): Promise<readonly Trial[]> {
  const { session } = experiments;
  const { contract, options, budget, going } = session;
  if (!hasFailed(told) || contract.replies !== 'by-byte') return [];
  const [{ suspectsIn }, { choose }] = await Promise.all([
    import('../../diagnosis/suspects.ts'),
    import('../../theories/choose.ts'),
  ]);
  const suspects = suspectsIn(told, contract);
  const stretch = Math.min(Math.max(1, session.stretch), mostStretch);
  const allowedMs = Math.min(stretch * budget.partingMs, session.leftMs - reserveMs);
  if (suspects.length === 0 || allowedMs <= 0 || !(await experiments.canBegin())) return [];
  const limit = AbortSignal.any([options.signal, AbortSignal.timeout(Math.ceil(allowedMs))]);
  const trials: Trial[] = [];
  const passedOver = new Set<string>();
  const apart = going.deviations.length === 0 ? '' : ` (${wordsOf(going.deviations)})`;
  try {
    for (let held = 0; held < mostExperiments && !limit.aborted; held += 1) {
      const experiment = choose({ suspects, held: contract, trials }, passedOver);
      if (experiment === undefined) break;
      passedOver.add(experiment.words);
      const came = await holdTwice(experiments, experiment, limit);
      // What was said is told with what the clients said besides.
      const words = `${experiment.words}${apart}`;
      if (came !== undefined) trials.push({ experiment: { ...experiment, words }, came });
    }
  } catch (error) {
    if (!(error instanceof ServerLost)) throw error;
  }
  return trials;
}

const hasFailed = (told: readonly RunEvent[]): boolean =>
  told.some((event) => event.type === 'behaviour-finished' && event.verdict.kind === 'failed');

/** What came of the experiment each time; undefined where that was not the same, or the time was up. */
async function holdTwice(
  experiments: Experiments,
  { conversation }: Experiment,
  limit: AbortSignal,
): Promise<Outcome | undefined> {
  let first: Outcome | undefined;
  for (let times = 0; times < timesHeld; times += 1) {
    const came = await experiments.hear(conversation, limit);
    if (came === undefined || (first !== undefined && !isSame(first, came))) return undefined;
    first ??= came;
  }
  return first;
}

const isSame = (one: Outcome, other: Outcome): boolean =>
  one.bytes.equals(other.bytes) &&
  one.hasEnded === other.hasEnded &&
  String(one.answers) === String(other.answers);
