// The gate: a candidate is held to what its reference does. Both are judged with the same seed and
// contract, suspects are looked at again, and the same conversations are held to both.
import type { Failed, RunEvent } from '../events/events.ts';
import type { Contract } from '../contracts/contract.ts';
import { failsRun, summarise, type Report } from '../events/report.ts';
import { version } from '../version.ts';
import { candidateEvents } from './candidate-events.ts';
import { holdConversations } from './conversations/conversations.ts';
import type { GateResult, GateSide, GateVerdict, Regression } from './gate-result.ts';
import { gateNotes, gateSentence, unreachableSentence, worthlessSentence } from './gate-words.ts';
import type { GateOptions } from './gate-options.ts';
import { Promises } from './promises.ts';
import { asReference, mayBeTogether } from './reference.ts';
import { testBoth } from './side-by-side.ts';
import { judgeSide, type Judged, type JudgeSideOptions } from './side.ts';
import { lookAtSuspects, suspectsOf } from './suspects.ts';

export interface GateOutcome {
  readonly result: GateResult;
  /** The candidate's run for the reports; the reference's where that could not be judged. */
  readonly events: readonly RunEvent[];
}

/** Judges both, and says whether the candidate keeps what the reference keeps. */
export async function gate(options: GateOptions): Promise<GateOutcome> {
  const { candidate, run, seed, signal, onProgress } = options;
  const reference = asReference(options.reference);
  const heldTo = (contract: Contract): JudgeSideOptions => ({
    ...run,
    ...{ contract, serves: contract.serves, seed, signal },
    again: (ids) => options.again(ids, contract),
  });
  const { theirs, ours } = await testBoth({
    reference,
    isTogether: mayBeTogether(reference, candidate),
    options: { ...run, seed, signal },
    judgeCandidate: (contract, until) =>
      judgeSide(candidate, { ...heldTo(contract), signal: until }),
    onProgress,
  });
  const { contract } = theirs;
  if (contract === undefined || ours === undefined) {
    const isJudged = theirs.report.verdict === 'does-not-conform';
    const sentence = isJudged
      ? worthlessSentence(theirs.report)
      : unreachableSentence('reference', theirs.report);
    return { result: withoutCandidate(options, theirs, sentence), events: theirs.events };
  }
  const suspects = suspectsOf(theirs.report, ours.report);
  const held = heldTo(contract);
  const looked = await lookAtSuspects({ ...options, reference }, held, ours, suspects);
  const promises = new Promises(theirs.report, ours.report, looked);
  return conclude(options, { theirs, ours, contract, promises });
}

interface Findings {
  readonly theirs: Judged;
  readonly ours: Judged;
  readonly contract: Contract;
  readonly promises: Promises;
}

async function conclude(options: GateOptions, findings: Findings): Promise<GateOutcome> {
  const { theirs, ours, promises, contract } = findings;
  const { isExact, seed } = options;
  const broken = inOrderOfTelling(ours.report, promises);
  const { schedule, parted } = await holdConversations(options, contract, ours.report, broken);
  const preliminary = broken.map(([id, verdict]) => {
    const divergence = parted.get(id) ?? null;
    const { requirement = '' } = ours.report.behaviours.find((one) => one.id === id) ?? {};
    const { summary, again } = verdict;
    return { id, requirement, summary, isKnown: false, divergence, again };
  });
  const compared = promises.all();
  const ofReference = asReference(options.reference).notices(options.run.behaviours ?? []);
  const notes = [...ofReference, ...gateNotes(compared, schedule, preliminary)];
  const events = await candidateEvents(ours.events, promises, notes, options.baseline);
  const report = summarise(events);
  const regressions = preliminary.map((one): Regression => {
    const judged = report.behaviours.find(({ id }) => id === one.id);
    return {
      ...one,
      isKnown: judged !== undefined && !failsRun(judged, options.run.strict ?? false),
    };
  });
  const isParted = schedule.kind === 'played' && schedule.divergences.length > 0;
  const flaky = new Set(
    report.behaviours.filter(({ baseline }) => baseline?.kind === 'flaky').map(({ id }) => id),
  );
  const isOpen = compared.some(({ id, standing }) => standing === 'open' && !flaky.has(id));
  const verdict = verdictOf({ report, regressions, isDifferent: isExact && isParted, isOpen });
  const sentence = gateSentence({
    verdict,
    promises: compared,
    regressions,
    schedule,
    candidate: report,
  });
  const result: GateResult = {
    ...head(options, theirs),
    verdict,
    exitCode: exitCodes[verdict],
    sentence,
    contract: report.contract,
    candidate: sideOf(ours.report),
    notices: [...referenceNotices(theirs.report, contract), ...report.notices],
    promises: compared,
    regressions,
    schedule,
    seed,
  };
  return { result, events: withSentence(events, sentence) };
}

const exitCodes = {
  passes: 0,
  regresses: 1,
  differs: 1,
  'stale-baseline': 1,
  'could-not-judge': 3,
} as const;

interface Weighed {
  readonly report: Report;
  readonly regressions: readonly Regression[];
  readonly isDifferent: boolean;
  readonly isOpen: boolean;
}

function verdictOf({ report, regressions, isDifferent, isOpen }: Weighed): GateVerdict {
  if (regressions.some(({ isKnown }) => !isKnown)) return 'regresses';
  if (report.behaviours.some(({ baseline }) => baseline?.kind === 'stale')) return 'stale-baseline';
  if (isDifferent) return 'differs';
  const isUnjudged = report.cutShort !== null || report.unreachable !== null;
  return isOpen || isUnjudged || report.counts.passed === 0 ? 'could-not-judge' : 'passes';
}

/** The regressions, first those that the first cause explains: what to mend first is told first. */
function inOrderOfTelling(report: Report, promises: Promises): [string, Failed][] {
  const explained = report.causes.flatMap(({ explains }) => explains);
  const ids = new Set([...explained, ...report.behaviours.map(({ id }) => id)]);
  return [...ids].flatMap((id): [string, Failed][] => {
    const finding = promises.finding(id);
    return finding?.kind === 'broken' ? [[id, finding.verdict]] : [];
  });
}

function referenceNotices({ counts, behaviours }: Report, { title }: Contract): string[] {
  const broken = behaviours.filter(
    ({ level, verdict }) => verdict.kind === 'failed' && level === 'must',
  );
  if (counts.failed === 0 || broken.length === 0) return [];
  return [
    `The reference itself breaks ${broken.length} promises of ${title}: these do not count against the candidate.`,
  ];
}

/** The sentence before all other notices, for reports that know nothing of gates. */
function withSentence(events: readonly RunEvent[], sentence: string): RunEvent[] {
  const planned = events.findIndex(({ type }) => type === 'planned');
  const place = planned < 0 ? events.length - 1 : planned;
  return events.toSpliced(place, 0, { type: 'noticed', message: sentence });
}

function withoutCandidate(options: GateOptions, theirs: Judged, sentence: string): GateResult {
  return {
    ...head(options, theirs),
    ...{ verdict: 'could-not-judge', exitCode: 3, sentence },
    contract: theirs.report.contract,
    candidate: null,
    notices: theirs.report.notices,
    promises: [],
    regressions: [],
    schedule: { kind: 'not-played', reason: 'the reference could not be tested.' },
  };
}

function head(
  { seed, isExact, run }: GateOptions,
  { report }: Judged,
): Pick<GateResult, 'schema' | 'tool' | 'seed' | 'strict' | 'exact' | 'reference'> {
  return {
    schema: 'conform/gate/1',
    tool: { name: 'conform', version },
    seed,
    strict: run.strict ?? false,
    exact: isExact,
    reference: sideOf(report),
  };
}

const sideOf = ({ target, verdict, counts }: Report): GateSide => ({ target, verdict, counts });
