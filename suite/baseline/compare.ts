// What a run means for a baseline, and what a baseline means for a run; pure functions of both.
import type { BaselineComparison, ComparedEntry } from '../events/events.ts';
import type { JudgedBehaviour, Report } from '../events/report.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';
import { sorted } from './read-baseline.ts';

/** How each entry of the baseline stood in the run. */
export function compareWith(
  { name, entries }: Baseline,
  report: Report,
  isUpdated = false,
): BaselineComparison {
  return {
    name,
    isUpdated,
    entries: entries.map(({ behaviour, cause, reason, flaky }): ComparedEntry => {
      const judged = report.behaviours.find(({ id }) => id === behaviour);
      const kind = standing({ behaviour, cause, reason, flaky }, judged, report);
      return { id: behaviour, kind, cause, reason };
    }),
  };
}

function standing(
  { behaviour, cause, flaky }: BaselineEntry,
  judged: JudgedBehaviour | undefined,
  report: Report,
): ComparedEntry['kind'] {
  const kind = judged?.verdict.kind ?? 'skipped';
  if (kind === 'skipped' || kind === 'blocked') return 'open';
  if (flaky) return 'flaky';
  if (kind === 'errored') return 'open';
  // What is newer than the suite may fail or pass, which decides nothing.
  if (kind === 'passed') return judged?.isNewer === true ? 'flaky' : 'stale';
  const now = causeOf(behaviour, report);
  // Where no cause is named, nothing speaks against the old one.
  return cause === null || now === null || now === cause ? 'known' : 'changed-cause';
}

/**
 * The baseline as the run leaves it: what fails now is in it, what passes is not, reasons and flaky
 * marks are kept, and so is every entry that was not judged.
 */
export function updated({ name, suite, entries }: Baseline, report: Report): Baseline {
  const verdicts = new Map(report.behaviours.map(({ id, verdict }) => [id, verdict.kind]));
  const kept = entries.flatMap((entry): BaselineEntry[] => {
    const kind = verdicts.get(entry.behaviour);
    if (kind === 'passed' && !entry.flaky) return [];
    if (kind !== 'failed') return [entry];
    return [{ ...entry, cause: causeOf(entry.behaviour, report) ?? entry.cause }];
  });
  const known = new Set(entries.map(({ behaviour }) => behaviour));
  const fresh = report.behaviours
    .filter(({ id, level, verdict, isNewer }) => {
      const isMeant = (report.strict || level === 'must') && isNewer !== true;
      return verdict.kind === 'failed' && isMeant && !known.has(id);
    })
    .map(({ id }): BaselineEntry => {
      return { behaviour: id, cause: causeOf(id, report), reason: '', flaky: false };
    });
  // A suite that was named elsewhere stays there.
  const held = suite === undefined ? {} : { suite };
  return { name, ...held, entries: sorted([...kept, ...fresh]) };
}

/** The cause that the diagnosis named first for a behaviour. */
function causeOf(behaviour: string, { causes }: Report): string | null {
  return causes.find(({ explains }) => explains.includes(behaviour))?.id ?? null;
}
