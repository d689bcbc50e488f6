// A suspect is looked at again before anything is said of it.
import { behaviours as allBehaviours, type BehaviourId } from '../behaviours/behaviours.ts';
import type { Given } from '../behaviours/given.ts';
import type { Report } from '../events/report.ts';
import { decodeToken } from '../payloads/token.ts';
import type { GateOptions } from './gate-options.ts';
import type { Promises } from './promises.ts';
import { judgeSide, type Judged, type JudgeSideOptions } from './side.ts';

/** Looks at each suspect again, alone on a quiet server, as often as is needed to be sure. */
export async function lookAgain(
  { reference, candidate, run, signal, onProgress }: GateOptions,
  held: JudgeSideOptions,
  ours: Judged,
  promises: Promises,
): Promise<void> {
  const all = run.behaviours ?? allBehaviours;
  for (let ids = promises.undecided(); ids.length > 0; ids = promises.undecided()) {
    if (signal.aborted) return;
    onProgress(`testing again: ${ids.length === 1 ? (ids[0] ?? '') : `${ids.length} behaviours`}`);
    // What the server did not outlive shows only when all of it is done again.
    const isWhole = ids.includes('robustness/stays-up' satisfies BehaviourId);
    const quiet = {
      ...held,
      behaviours: isWhole ? all : all.filter(({ id }) => ids.includes(id)),
      givens: givensOf(ours.report, ids),
      jobs: 1,
    };
    const theirSecond = await judgeSide(reference, quiet);
    const ourSecond = await judgeSide(candidate, quiet);
    promises.lookAgain(ids, theirSecond.report, ourSecond.report);
    // Nobody is left to be looked at: a single failure stands.
    const isGone = ourSecond.report.unreachable !== null || theirSecond.report.unreachable !== null;
    if (isGone) return;
  }
}

function givensOf({ behaviours }: Report, ids: readonly string[]): Map<string, Given> {
  return new Map(
    behaviours.flatMap(({ id, verdict }): [string, Given][] => {
      if (!ids.includes(id) || verdict.kind !== 'failed' || verdict.again.token === '') return [];
      const { given } = decodeToken(verdict.again.token);
      return given === undefined ? [] : [[id, given]];
    }),
  );
}
