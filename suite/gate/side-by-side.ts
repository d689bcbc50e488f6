// Both servers tested at the same time, and alone again whatever a neighbour can have caused: what is said
// of either is what it does by itself. A neighbour makes replies late; it changes no byte of them.
import type { Behaviour } from '../behaviours/behaviour.ts';
import { behaviours as allBehaviours } from '../behaviours/behaviours.ts';
import type { Contract } from '../contracts/contract.ts';
import type { RunEvent, Verdict } from '../events/events.ts';
import { summarise, type Report } from '../events/report.ts';
import type { Reference } from './reference.ts';
import type { Judged, JudgeSideOptions } from './side.ts';
import { suspectsOf, verdictIn } from './suspects.ts';

/** The first test of both. */
export interface FirstLooks {
  readonly theirs: Judged;
  /** Undefined where the reference is none that a candidate could be held to. */
  readonly ours: Judged | undefined;
}

/** How each of the two is tested. */
export interface TestBoth {
  readonly reference: Reference;
  /** Whether the two may be tested at the same time. */
  readonly isTogether: boolean;
  readonly options: JudgeSideOptions;
  /** Tests the candidate as the reference's contract demands. */
  readonly judgeCandidate: (contract: Contract, signal: AbortSignal) => Promise<Judged>;
  readonly onProgress: (message: string) => void;
}

/** Tests both, side by side where that is allowed. */
export async function testBoth(both: TestBoth): Promise<FirstLooks> {
  return both.isTogether ? await together(both) : await inTurn(both);
}

/** Whether there is anything that a candidate could be held to. */
const isWorthComparing = ({ report, contract }: Judged): boolean =>
  contract !== undefined && report.counts.passed > 0 && report.cutShort === null;

async function inTurn({
  reference,
  options,
  judgeCandidate,
  onProgress,
}: TestBoth): Promise<FirstLooks> {
  onProgress(reference.doing);
  const theirs = await reference.judge(options);
  if (theirs.contract === undefined || !isWorthComparing(theirs)) {
    return { theirs, ours: undefined };
  }
  onProgress('testing the candidate');
  return { theirs, ours: await judgeCandidate(theirs.contract, signalOf(options)) };
}

async function together(both: TestBoth): Promise<FirstLooks> {
  const { reference, options, judgeCandidate, onProgress } = both;
  const signal = signalOf(options);
  const giveUp = new AbortController();
  let beside: Promise<Judged> | undefined;
  onProgress('testing both side by side');
  let theirs: Judged;
  try {
    theirs = await reference.judge(options, (contract) => {
      beside = judgeCandidate(contract, AbortSignal.any([signal, giveUp.signal]));
      // It is awaited below, also when the reference's run has failed meanwhile.
      beside.catch(() => undefined);
    });
    if (beside === undefined || !isWorthComparing(theirs)) {
      // Perhaps they cannot run at the same time, say for a file that both want.
      giveUp.abort();
      await beside?.catch(() => undefined);
      return signal.aborted ? { theirs, ours: undefined } : await inTurn(both);
    }
  } catch (error) {
    giveUp.abort();
    await beside?.catch(() => undefined);
    throw error;
  }
  const first = await beside;
  if (signal.aborted) return { theirs, ours: first };
  const settled = await referenceAlone(both, theirs);
  const { contract } = theirs;
  if (contract === undefined || !isInDoubt(settled.report, first.report)) {
    return { theirs: settled, ours: first };
  }
  onProgress('testing the candidate alone');
  return { theirs: settled, ours: await judgeCandidate(contract, signal) };
}

const signalOf = ({ signal }: JudgeSideOptions): AbortSignal =>
  signal ?? new AbortController().signal;

/** What a neighbour can cause: whatever is not wrong bytes. */
function isDoubtful(verdict: Verdict): boolean {
  if (verdict.kind === 'errored') return true;
  return verdict.kind === 'failed' && verdict.finding.kind !== 'bytes';
}

/** Ids of what is in doubt, and of all that was not tested because of that. */
function doubtfulIn({ behaviours }: Report): ReadonlySet<string> {
  const doubtful = new Set(
    behaviours.flatMap(({ id, verdict }) => (isDoubtful(verdict) ? [id] : [])),
  );
  for (let before = -1; before < doubtful.size;) {
    before = doubtful.size;
    for (const { id, verdict } of behaviours) {
      const isHeldUp = verdict.kind === 'blocked' && verdict.by.some((by) => doubtful.has(by));
      if (isHeldUp) doubtful.add(id);
    }
  }
  return doubtful;
}

/** The reference, with what is in doubt as it is found alone: what it breaks is held against no candidate. */
async function referenceAlone(
  { reference, options, onProgress }: TestBoth,
  theirs: Judged,
): Promise<Judged> {
  const ids = doubtfulIn(theirs.report);
  if (ids.size === 0 || theirs.contract === undefined) return theirs;
  onProgress(
    `testing the reference alone: ${ids.size === 1 ? [...ids].join('') : `${ids.size} behaviours`}`,
  );
  const all = options.behaviours ?? allBehaviours;
  const { contract } = theirs;
  const alone = await reference.judge({
    ...options,
    ...{ contract, serves: contract.serves },
    behaviours: chosen(all, ids),
  });
  // It was there a moment ago: what was seen then stands.
  if (alone.report.unreachable !== null || alone.report.cutShort !== null) return theirs;
  const events = theirs.events.map((event): RunEvent => {
    if (event.type !== 'behaviour-finished' || !ids.has(event.id)) return event;
    return { ...event, verdict: verdictIn(alone.report, event.id) ?? event.verdict };
  });
  return { ...theirs, events, report: summarise(events) };
}

/** What the server did not outlive shows only when all of it is done again. */
function chosen(all: readonly Behaviour[], ids: ReadonlySet<string>): readonly Behaviour[] {
  const isWhole = all.some(({ id, isAboutRun }) => isAboutRun === true && ids.has(id));
  return isWhole ? all : all.filter(({ id }) => ids.has(id));
}

/**
 * Whether the candidate's test says something that a neighbour can have caused and that nobody looks at
 * again: suspects are looked at again in any case, and what both break is held against nobody.
 */
function isInDoubt(theirs: Report, ours: Report): boolean {
  if (ours.unreachable !== null || ours.cutShort !== null) return true;
  const suspects = suspectsOf(theirs, ours);
  return ours.behaviours.some(
    ({ id, verdict }) =>
      isDoubtful(verdict) && !suspects.has(id) && verdictIn(theirs, id)?.kind !== 'failed',
  );
}
