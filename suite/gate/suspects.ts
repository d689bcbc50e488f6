// What the reference keeps and the candidate may have broken: looked at again before anything is said
// of it, alone on a quiet server, on both sides.
import { behaviours as allBehaviours } from '../behaviours/behaviours.ts';
import type { Given } from '../behaviours/given.ts';
import { lookAgain, type AllLooks } from '../engine/trial/look-again.ts';
import type { Verdict } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import { decodeToken } from '../payloads/token.ts';
import type { GateOptions } from './gate-options.ts';
import { findingOf, mostLooks, type Looks } from './looks.ts';
import type { Reference } from './reference.ts';
import { judgeSide, type Judged, type JudgeSideOptions } from './side.ts';

/** What one run a side found of one behaviour; nothing where it did not get to it. */
export interface Look {
  readonly reference?: Verdict;
  readonly candidate?: Verdict;
}

/** The looks at each suspect, by its id. */
export type SuspectLooks = AllLooks<Look>;

/** The first look at each suspect. */
export function suspectsOf(reference: Report, candidate: Report): Map<string, Look> {
  return new Map(
    candidate.behaviours.flatMap((one): [string, Look][] => {
      const theirs = verdictIn(reference, one.id);
      const isOne = theirs !== undefined && isSuspect(one, theirs, candidate.strict);
      return isOne ? [[one.id, { reference: theirs, candidate: one.verdict }]] : [];
    }),
  );
}

function isSuspect(
  { level, verdict, isNewer }: JudgedBehaviour,
  theirs: Verdict,
  isStrict: boolean,
): boolean {
  if (isNewer === true || (!isStrict && level !== 'must')) return false;
  if (theirs.kind === 'passed') return verdict.kind === 'failed' || verdict.kind === 'errored';
  return theirs.kind === 'errored' && verdict.kind === 'failed';
}

/** Looks at each suspect again, as often as is needed to be sure. */
export async function lookAtSuspects(
  {
    reference,
    candidate,
    run,
    signal,
    onProgress,
  }: GateOptions & { readonly reference: Reference },
  held: JudgeSideOptions,
  ours: Judged,
  suspects: ReadonlyMap<string, Look>,
): Promise<SuspectLooks> {
  const all = run.behaviours ?? allBehaviours;
  // Without a contract the candidate was not reached.
  let isGone = ours.contract === undefined;
  return await lookAgain(suspects, {
    most: mostLooks,
    owed: (looks) =>
      [...looks].flatMap(([id, some]) =>
        findingOf(bySide(some)).kind === 'undecided' ? [id] : [],
      ),
    isOver: () => signal.aborted || isGone,
    look: async (ids) => {
      onProgress(
        `testing again: ${ids.length === 1 ? (ids[0] ?? '') : `${ids.length} behaviours`}`,
      );
      // What the server did not outlive shows only when all of it is done again.
      const isWhole = all.some(({ id, isAboutRun }) => isAboutRun === true && ids.includes(id));
      const quiet = {
        ...held,
        behaviours: isWhole ? all : all.filter(({ id }) => ids.includes(id)),
        givens: givensOf(ours.report, ids),
        jobs: 1,
      };
      const [theirs, again] = [
        (await reference.judge(quiet)).report,
        (await judgeSide(candidate, quiet)).report,
      ];
      // Nobody is left to be looked at: a single failure stands.
      isGone = theirs.unreachable !== null || again.unreachable !== null;
      return new Map(ids.map((id) => [id, lookOf(id, theirs, again)]));
    },
  });
}

/** What a run did not get to is no look; that nobody is there any more shows in its report. */
function lookOf(id: string, theirs: Report, ours: Report): Look {
  const reference = theirs.unreachable === null ? verdictIn(theirs, id) : undefined;
  const candidate = ours.unreachable === null ? verdictIn(ours, id) : undefined;
  return {
    ...(reference === undefined ? {} : { reference }),
    ...(candidate === undefined ? {} : { candidate }),
  };
}

/** The looks at one suspect, apart for each side. */
export function bySide(looks: readonly Look[]): Looks {
  const told = (verdict: Verdict | undefined): Verdict[] =>
    verdict === undefined ? [] : [verdict];
  return {
    reference: looks.flatMap(({ reference }) => told(reference)),
    candidate: looks.flatMap(({ candidate }) => told(candidate)),
  };
}

/** The verdict of a run on one behaviour; undefined where it has none. */
export function verdictIn({ behaviours }: Report, id: string): Verdict | undefined {
  return behaviours.find((one) => one.id === id)?.verdict;
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
