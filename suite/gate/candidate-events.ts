// The candidate's run as reports tell it: what the reference breaks too is known, what stumbled once
// is flaky, so that every report agrees with the gate.
import { againstBaseline, type KeepBaseline } from '../baseline/against-baseline.ts';
import type { ComparedEntry, RunEvent, Verdict } from '../events/events.ts';
import type { ComparedPromise, Standing } from './gate-result.ts';
import type { GateBaseline } from './gate-options.ts';
import type { Promises } from './promises.ts';

const reasons: Partial<Readonly<Record<Standing, string>>> = {
  both: 'the reference breaks it too',
  unsteady: 'it was kept when it was run again',
};

/** The events to report, the gate's own words among them as notices. */
export async function candidateEvents(
  events: readonly RunEvent[],
  promises: Promises,
  notices: readonly string[],
  opened: GateBaseline | undefined,
): Promise<RunEvent[]> {
  const compared = promises.all();
  const pardons = compared.flatMap(pardonOf);
  const pardoned = new Set(pardons.map(({ id }) => id));
  const last = events.at(-1);
  const told: RunEvent[] = [
    ...events.slice(0, -1).map((event) => looked(event, promises)),
    ...notices.map((message): RunEvent => ({ type: 'noticed', message })),
    ...(last === undefined ? [] : [last]),
  ];
  if (opened === undefined) {
    const comparison = { name: 'the reference', isUpdated: false, entries: pardons };
    const event: RunEvent = { type: 'compared-with-baseline', comparison };
    return pardons.length === 0 ? told : told.toSpliced(-1, 0, event);
  }
  const { baseline, keep } = opened;
  const known = new Set(baseline.entries.map(({ behaviour }) => behaviour));
  // What the reference breaks too needs no entry.
  const keepOurs: KeepBaseline = async ({ name, entries }) =>
    keep?.({
      name,
      entries: entries.filter(({ behaviour }) => known.has(behaviour) || !pardoned.has(behaviour)),
    });
  const all: RunEvent[] = [];
  const running = againstBaseline(each(told), baseline, keep === undefined ? undefined : keepOurs);
  for await (const event of running) {
    if (event.type !== 'compared-with-baseline') {
      all.push(event);
      continue;
    }
    const { comparison } = event;
    const entries = [...comparison.entries.filter(({ id }) => !pardoned.has(id)), ...pardons];
    const name = pardons.length === 0 ? comparison.name : `${comparison.name} and the reference`;
    all.push({ ...event, comparison: { ...comparison, name, entries } });
  }
  return all;
}

/** Why a promise that the candidate does not keep fails nothing. */
function pardonOf({ id, standing, candidate, reference }: ComparedPromise): ComparedEntry[] {
  const reason = reasons[standing];
  if (candidate === 'failed' && reason !== undefined) {
    return [{ id, kind: standing === 'both' ? 'known' : 'flaky', cause: null, reason }];
  }
  // What nobody could judge keeps nobody from a verdict where the reference does not promise it.
  if (candidate === 'errored' && reference !== 'passed') {
    return [{ id, kind: 'flaky', cause: null, reason: 'the reference did not pass it' }];
  }
  return [];
}

/** The event, with what later looks showed. */
function looked(event: RunEvent, promises: Promises): RunEvent {
  if (event.type !== 'behaviour-finished') return event;
  const finding = promises.finding(event.id);
  const verdict = finding === undefined ? undefined : verdictOf(finding, event.verdict);
  return verdict === undefined ? event : { ...event, verdict };
}

function verdictOf(
  finding: NonNullable<ReturnType<Promises['finding']>>,
  first: Verdict,
): Verdict | undefined {
  if (finding.kind === 'broken') return finding.verdict;
  if (finding.kind === 'kept') return finding.verdict;
  if (finding.kind === 'open') return { kind: 'errored', reason: finding.reason };
  if (finding.kind === 'unsteady' && first.kind !== 'failed') return { kind: 'passed' };
  return first;
}

async function* each(events: readonly RunEvent[]): AsyncGenerator<RunEvent> {
  yield* await Promise.resolve(events);
}
