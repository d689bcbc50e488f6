// Folds a stream of events into the report: the public contract of the JSON reporter.
import type { Told } from '../../clients/shapes/shape.ts';
import type {
  BaselineComparison,
  BehaviourInfo,
  Cause,
  ContractInfo,
  RefutedTheory,
  RunEvent,
} from './events.ts';
import { exitCodes } from './plain-values.ts';
import type * as shapes from './shapes/report.ts';

/** One behaviour of a run, with its verdict. */
export type JudgedBehaviour = Told<typeof shapes.judgedBehaviour>;

/** What a run comes to. */
export type RunVerdict = Told<typeof shapes.runVerdict>;

/** The whole run; its JSON Schema is `report.schema.json`. */
export type Report = Told<typeof shapes.report>;

/**
 * True when this failure alone makes the run fail: a broken `must`, any when strict, unless it is
 * known, or newer than the suite that the run is held to. To a strict run one that has another cause now is not the one that was known.
 */
export function failsRun(
  { level, verdict, baseline, isNewer }: JudgedBehaviour,
  strict: boolean,
): boolean {
  if (isNewer === true) return false;
  if (verdict.kind !== 'failed' || !(strict || level === 'must')) return false;
  if (baseline?.kind === 'changed-cause') return strict;
  return baseline?.kind !== 'known' && baseline?.kind !== 'flaky';
}

/**
 * The report of the events so far: also of a run cut short, whose unfinished behaviours are
 * skipped with that reason.
 * @throws {TypeError} when the events do not begin with `run-started`
 */
export function summarise(events: Iterable<RunEvent>): Report {
  const [started, ...rest] = events;
  if (started?.type !== 'run-started') throw new TypeError('Events begin with run-started.');
  let contract: ContractInfo | null = null;
  let planned: readonly BehaviourInfo[] = [];
  let ended: Extract<RunEvent, { type: 'run-finished' }> | undefined;
  const finished = new Map<string, Extract<RunEvent, { type: 'behaviour-finished' }>>();
  let causes: readonly Cause[] = [];
  let refuted: readonly RefutedTheory[] = [];
  let baseline: BaselineComparison | undefined;
  const notices: string[] = [];
  for (const event of rest) {
    if (event.type === 'contract-found') contract = event.contract;
    else if (event.type === 'planned') planned = event.behaviours;
    else if (event.type === 'behaviour-finished') finished.set(event.id, event);
    else if (event.type === 'noticed') notices.push(event.message);
    else if (event.type === 'diagnosed') ({ causes, refuted = [] } = event);
    else if (event.type === 'compared-with-baseline') baseline = event.comparison;
    else if (event.type === 'run-finished') ended = event;
  }
  const cutShort = ended === undefined ? 'the run did not finish' : (ended.cutShort ?? null);
  const behaviours = planned.map((info): JudgedBehaviour => {
    const end = finished.get(info.id);
    const unjudged = { kind: 'skipped', reason: cutShort ?? 'not tested' } as const;
    const entry = baseline?.entries.find(({ id }) => id === info.id);
    return {
      ...info,
      durationMs: end?.durationMs ?? 0,
      verdict: end?.verdict ?? unjudged,
      ...(entry === undefined ? {} : { baseline: entry }),
    };
  });
  const isCutShort = cutShort !== null || ended?.unreachable !== undefined;
  const verdict = runVerdict(behaviours, started.strict, isCutShort);
  return {
    schema: 'conform/report/1',
    tool: started.tool,
    target: started.target,
    contract,
    seed: started.seed,
    strict: started.strict,
    startedAt: started.startedAt,
    ...(started.suite === undefined ? {} : { suite: started.suite }),
    durationMs: ended?.durationMs ?? 0,
    ...(ended?.timing === undefined ? {} : { timing: ended.timing }),
    verdict,
    exitCode: exitCodes[verdict],
    counts: count(behaviours),
    notices,
    cutShort,
    unreachable: ended?.unreachable ?? null,
    ...(ended?.outputTail === undefined ? {} : { outputTail: ended.outputTail }),
    behaviours,
    causes,
    ...(refuted.length === 0 ? {} : { refuted }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/**
 * A failure fails a run, and so does a baseline that calls a failure what passes now. A run without
 * one judgement tells nothing, and one cut short cannot tell that the rest would have held. What is newer than the
 * suite decides nothing.
 */
function runVerdict(
  all: readonly JudgedBehaviour[],
  strict: boolean,
  isCutShort: boolean,
): RunVerdict {
  const behaviours = all.filter(({ isNewer }) => isNewer !== true);
  if (behaviours.some((one) => failsRun(one, strict) || one.baseline?.kind === 'stale')) {
    return 'does-not-conform';
  }
  if (isCutShort) return 'could-not-judge';
  // An unjudged must may be the broken one: to call that conforming would be a guess.
  const isOpen = behaviours.some(
    ({ level, verdict, baseline }) =>
      level === 'must' && verdict.kind === 'errored' && baseline?.kind !== 'flaky',
  );
  if (isOpen) return 'could-not-judge';
  const judged = behaviours.some(({ verdict: { kind } }) => kind === 'failed' || kind === 'passed');
  return judged ? 'conforms' : 'could-not-judge';
}

function count(behaviours: readonly JudgedBehaviour[]): Report['counts'] {
  const counts = { passed: 0, failed: 0, blocked: 0, skipped: 0, errored: 0 };
  for (const { verdict } of behaviours) counts[verdict.kind] += 1;
  return counts;
}
