// One submission's server, judged as points need it: with time, and with a second look at whatever a
// busy machine may have caused.
import type { Target } from '../../../targets/target.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { RunEvent, Verdict } from '../../events/events.ts';
import { summarise, type Report } from '../../events/report.ts';
import { lookAgain } from '../../engine/trial/look-again.ts';
import { run } from '../../engine/run.ts';
import type { FrozenSuite } from '../../frozen/frozen-suite.ts';
import { mostLooks, owedALook, verdictsOf, type AllLooks } from './second-looks.ts';

/** Nobody waits: slow servers, and those that are started again and again, get their time. */
const runLimitMs = 120_000;

export interface JudgeSubmissionOptions {
  readonly contract: Contract;
  readonly behaviours: readonly Behaviour[];
  /** Says which of them count; all when absent. */
  readonly suite?: FrozenSuite;
  readonly seed: number;
  readonly cases?: number;
  readonly timeoutMs?: number;
  /** The command that repeats one behaviour, for the reports. */
  readonly again: (ids: readonly string[], seed: number) => string;
  /** Ends it early: what is known by then is told, and that it was cut short. */
  readonly signal: AbortSignal;
  /** Resolves once the machine is quiet: before anything is judged again. */
  readonly quiet: () => Promise<void>;
  /** Told after each verdict of the first look: how many stand, of how many. */
  readonly onProgress: (judged: number, of: number) => void;
}

/** The events of one run, in which what was looked at again has the verdict of all looks together. */
export async function judgeSubmission(
  target: Target,
  options: JudgeSubmissionOptions,
): Promise<readonly RunEvent[]> {
  const { behaviours, signal } = options;
  const isStopped = (): boolean => signal.aborted;
  let first = await look(target, options, behaviours);
  let report = summarise(first);
  if (report.unreachable !== null && !isStopped()) {
    // A start that was too slow may have been the machine's doing.
    await options.quiet();
    first = await look(target, options, behaviours);
    report = summarise(first);
  }
  if (report.unreachable !== null || report.cutShort !== null) return first;
  // What is newer than the suite costs no points: nothing of it is owed a second look.
  const counted = report.behaviours.filter(({ isNewer }) => isNewer !== true);
  const verdicts = new Map(counted.map(({ id, verdict }) => [id, verdict]));
  const looks = await lookAgain<Verdict>(verdicts, {
    most: mostLooks,
    owed: owedALook,
    isOver: isStopped,
    prepare: options.quiet,
    look: async (ids) => {
      if (isStopped()) return new Map();
      const some = behaviours.filter(({ id }) => ids.includes(id));
      const again = summarise(await look(target, { ...options, onProgress: unheard }, some));
      return isStopped() ? new Map() : looksOf(ids, again);
    },
  });
  const lookedAgain = [...looks.values()].filter(({ length }) => length > 1).length;
  return lookedAgain === 0 && owedALook(looks).size === 0
    ? first
    : await settle(first, report, { looks, lookedAgain, ...options });
}

const unheard = (): void => undefined;

async function look(
  target: Target,
  options: JudgeSubmissionOptions,
  behaviours: readonly Behaviour[],
): Promise<RunEvent[]> {
  const { contract, suite, seed, cases, timeoutMs, again, signal, onProgress } = options;
  const events: RunEvent[] = [];
  // A class is held to one contract: nothing of it is found out from the servers.
  const { ending, serves } = contract;
  const isAgain = behaviours.length < options.behaviours.length;
  const happening = run({
    target,
    contract,
    serves,
    ...(ending === null ? {} : { ending }),
    behaviours,
    ...(suite === undefined ? {} : { suite }),
    seed,
    ...(cases === undefined ? {} : { cases }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(isAgain ? { jobs: 1 } : {}),
    limitMs: runLimitMs,
    again,
    signal,
  });
  let judged = 0;
  for await (const event of happening) {
    events.push(event);
    if (event.type !== 'behaviour-finished') continue;
    judged += 1;
    onProgress(judged, behaviours.length);
  }
  return events;
}

function looksOf(ids: readonly string[], again: Report): Map<string, Verdict> {
  const verdicts = new Map(again.behaviours.map(({ id, verdict }) => [id, verdict]));
  const missed: Verdict = {
    kind: 'errored',
    reason: again.unreachable ?? 'it was not tested again',
  };
  return new Map(ids.map((id) => [id, verdicts.get(id) ?? missed]));
}

interface Looked {
  readonly looks: AllLooks;
  /** How many behaviours were looked at more than once. */
  readonly lookedAgain: number;
  readonly contract: Contract;
  readonly signal: AbortSignal;
}

const settledAnew: readonly RunEvent['type'][] = ['suspected', 'diagnosed', 'run-finished'];

/** The first look's events with the verdicts that all looks come to, diagnosed anew. */
async function settle(
  first: readonly RunEvent[],
  report: Report,
  { looks, lookedAgain, contract, signal }: Looked,
): Promise<RunEvent[]> {
  const told = first.filter(({ type }) => !settledAnew.includes(type));
  const verdicts = verdictsOf(looks);
  const settled = told.map((event) =>
    event.type === 'behaviour-finished'
      ? { ...event, verdict: verdicts.get(event.id) ?? event.verdict }
      : event,
  );
  const count = lookedAgain === 1 ? '1 verdict was' : `${lookedAgain} verdicts were`;
  const notice = `${count} checked again, alone on a fresh server: points are lost only for what fails in two of three runs.`;
  const { diagnosisOf, withoutOrder } = await import('../../diagnosis/diagnose.ts');
  // The looks have clocks of their own: nothing may be read from which of two came first.
  const { causes, refuted } = diagnosisOf(withoutOrder(settled), contract, {
    earlier: first.filter((event) => event.type === 'diagnosed'),
  });
  const { durationMs } = report;
  return [
    ...settled,
    ...(lookedAgain === 0 ? [] : [{ type: 'noticed' as const, message: notice }]),
    ...(causes.length === 0
      ? []
      : [
          {
            type: 'diagnosed' as const,
            causes,
            ...(refuted.length === 0 ? {} : { refuted }),
          },
        ]),
    {
      type: 'run-finished',
      durationMs,
      ...(signal.aborted ? { cutShort: 'the run was interrupted' } : {}),
    },
  ];
}
