// Holds a run against a baseline: the events pass through, and before the last one it is said how
// each known failure stood. Whoever listens further down needs nothing but the events.
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import type { Baseline } from './baseline.ts';
import { compareWith, updated } from './compare.ts';

/** Keeps a baseline that a run has changed; throws when it cannot. */
export type KeepBaseline = (baseline: Baseline) => Promise<void>;

/**
 * The events of a run with `compared-with-baseline` among them.
 * @param keep called with the baseline as the run leaves it, unless the run was cut short; the run
 *   is then compared with that one. Absent: the baseline stays as it is.
 */
export async function* againstBaseline(
  events: AsyncIterable<RunEvent>,
  baseline: Baseline,
  keep?: KeepBaseline,
): AsyncGenerator<RunEvent, void, undefined> {
  const seen: RunEvent[] = [];
  const known = baseline.entries.map(({ behaviour }) => behaviour);
  for await (const event of events) {
    if (event.type === 'run-finished') yield* comparison(seen, event, baseline, keep);
    else if (event.type !== 'behaviour-started') seen.push(event);
    yield event.type === 'planned' ? { ...event, known } : event;
  }
}

async function* comparison(
  seen: readonly RunEvent[],
  { cutShort, unreachable }: Extract<RunEvent, { type: 'run-finished' }>,
  baseline: Baseline,
  keep: KeepBaseline | undefined,
): AsyncGenerator<RunEvent, void, undefined> {
  const report = summarise(seen);
  const untouched = (why: string): RunEvent => ({
    type: 'noticed',
    message: `${baseline.name} was not changed: ${why}.`,
  });
  const compared = (now: Baseline, isUpdated: boolean): RunEvent => ({
    type: 'compared-with-baseline',
    comparison: compareWith(now, report, isUpdated),
  });
  if (keep === undefined) {
    yield compared(baseline, false);
    return;
  }
  if (cutShort !== undefined || unreachable !== undefined) {
    yield untouched(cutShort === undefined ? 'nothing could be tested' : 'the run was cut short');
    yield compared(baseline, false);
    return;
  }
  const next = updated(baseline, report);
  try {
    await keep(next);
  } catch (error) {
    yield untouched(error instanceof Error ? error.message : String(error));
    yield compared(baseline, false);
    return;
  }
  yield compared(next, true);
}
