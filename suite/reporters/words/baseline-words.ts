// What a baseline of known failures made of the run, in sentences; every report says the same.
import type { ComparedEntry } from '../../events/events.ts';
import { failsRun, type JudgedBehaviour, type Report } from '../../events/report.ts';
import { visible } from '../../text/escape.ts';
import { counted } from '../../text/measures.ts';

const mostNamed = 12;

/** A sentence for each thing that the baseline tells, safe on a terminal; none without a baseline. */
export function baselineSentences(report: Report): string[] {
  if (report.baseline === undefined) return [];
  const name = visible(report.baseline.name);
  const all = report.behaviours.filter(({ baseline }) => baseline !== undefined);
  const of = (kind: ComparedEntry['kind'], verdict: string): JudgedBehaviour[] =>
    all.filter((one) => one.baseline?.kind === kind && one.verdict.kind === verdict);
  const known = of('known', 'failed');
  const changed = of('changed-cause', 'failed');
  const flaky = of('flaky', 'failed');
  const stale = staleIn(report);
  return [
    ...(report.baseline.isUpdated ? [`${name} was rewritten from this run.`] : []),
    ...(known.length === 0
      ? []
      : [`${counted(known.length, 'failure')} known from ${name}: ${named(known)}.`]),
    ...changed.map((one) => changedCause(one, report)),
    ...(flaky.length === 0
      ? []
      : [`${counted(flaky.length, 'failure')} of what is flaky, from ${name}: ${named(flaky)}.`]),
    ...stale.map(staleSentence(report)),
  ];
}

/** The behaviours that passed though the baseline calls them failures. */
export function staleIn({ behaviours }: Report): JudgedBehaviour[] {
  return behaviours.filter(({ baseline }) => baseline?.kind === 'stale');
}

/** What is to be done about a stale entry. */
export function staleSentence({ baseline }: Report): (behaviour: JudgedBehaviour) => string {
  const name = visible(baseline?.name ?? 'the baseline');
  return ({ id }) =>
    `${visible(id)} passes but is still listed in ${name}: remove it, or run with --update-baseline.`;
}

/** True when nothing but stale entries makes the run fail. */
export function isOnlyStale(report: Report): boolean {
  const { behaviours, strict, verdict } = report;
  return verdict === 'does-not-conform' && !behaviours.some((one) => failsRun(one, strict));
}

/** True for a failure that was known: reports need not show it again in full. */
export function isKnown({ baseline, verdict }: JudgedBehaviour): boolean {
  return verdict.kind === 'failed' && (baseline?.kind === 'known' || baseline?.kind === 'flaky');
}

/** Why a known failure is let be, in words that stand alone. */
export function knownWords({ baseline }: JudgedBehaviour): string {
  const word = baseline?.kind === 'flaky' ? 'flaky' : 'known';
  const reason = visible(baseline?.reason ?? '').trim();
  return reason === '' ? word : `${word}: ${reason}`;
}

/** The report without what was known before: for reports that show failures in full. */
export function withoutKnown(report: Report): Report {
  const known = new Set(report.behaviours.filter(isKnown).map(({ id }) => id));
  if (known.size === 0) return report;
  const causes = report.causes.flatMap((cause) => {
    const explains = cause.explains.filter((id) => !known.has(id));
    return explains.length === 0 ? [] : [{ ...cause, explains }];
  });
  return {
    ...report,
    causes,
    behaviours: report.behaviours.filter(({ id }) => !known.has(id)),
    counts: { ...report.counts, failed: report.counts.failed - known.size },
  };
}

function named(some: readonly JudgedBehaviour[]): string {
  const told = some.slice(0, mostNamed).map((one) => {
    const reason = visible(one.baseline?.reason ?? '').trim();
    return reason === '' ? visible(one.id) : `${visible(one.id)} (${reason})`;
  });
  const others = some.length - told.length;
  return [...told, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}

function changedCause({ id, baseline }: JudgedBehaviour, { causes, strict }: Report): string {
  const now = causes.find(({ explains }) => explains.includes(id))?.id ?? 'another';
  const was = visible(baseline?.cause ?? 'another');
  const counts = strict ? ' To a strict run that is a new failure.' : '';
  return `${visible(id)}, a known failure, has another cause now: ${visible(now)}, no longer ${was}.${counts}`;
}
