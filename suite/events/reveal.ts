// How much of a failure the reader of a report may see: an instructor all, a student perhaps a hint.
// Taken away from the events and the report themselves, so that no format can tell it by mistake.
import type {
  BaselineComparison,
  Cause,
  ComparedEntry,
  Excerpt,
  Failed,
  Finding,
  RunEvent,
  Verdict,
} from './events.ts';
import type { Report } from './report.ts';

/**
 * `none`: passed or failed. `hint`: the cause too, or a common mistake. `actual`: also what the server did.
 * `full`: also what was sent, what was expected, and how to see it again.
 */
export type Reveal = 'none' | 'hint' | 'actual' | 'full';

/** Every level, the least first. */
export const reveals: readonly Reveal[] = ['none', 'hint', 'actual', 'full'];

/** The one of two levels that tells less. */
export function lesserReveal(one: Reveal, other: Reveal): Reveal {
  return reveals.indexOf(one) < reveals.indexOf(other) ? one : other;
}

/** The report as far as `reveal` lets its reader see it. */
export function revealedReport(report: Report, reveal: Reveal): Report {
  if (reveal === 'full') return report;
  // An experiment says what was sent.
  const { refuted, ...told } = report;
  const isTold = refuted === undefined;
  return {
    ...(isTold ? report : told),
    behaviours: report.behaviours.map((one) => ({
      ...one,
      verdict: revealedVerdict(one.verdict, reveal),
      ...(one.baseline === undefined || reveal !== 'none'
        ? {}
        : { baseline: withoutCause(one.baseline) }),
    })),
    causes: revealedCauses(report.causes, reveal),
    ...(report.baseline === undefined
      ? {}
      : { baseline: revealedComparison(report.baseline, reveal) }),
  };
}

/** A cause is a hint, and an entry may name one. */
function revealedComparison(comparison: BaselineComparison, reveal: Reveal): BaselineComparison {
  if (reveal !== 'none') return comparison;
  return { ...comparison, entries: comparison.entries.map(withoutCause) };
}

const withoutCause = (entry: ComparedEntry): ComparedEntry => ({ ...entry, cause: null });

/** The event as far as `reveal` lets its reader see it; undefined where that is nothing. */
export function revealedEvent(event: RunEvent, reveal: Reveal): RunEvent | undefined {
  // A cause is a hint.
  if (event.type === 'suspected') return reveal === 'none' ? undefined : event;
  if (event.type === 'behaviour-finished') {
    return { ...event, verdict: revealedVerdict(event.verdict, reveal) };
  }
  if (event.type === 'diagnosed') {
    const { refuted, ...diagnosed } = event;
    const causes = revealedCauses(event.causes, reveal);
    // An experiment says what was sent.
    return {
      ...diagnosed,
      causes,
      ...(reveal === 'full' && refuted !== undefined ? { refuted } : {}),
    };
  }
  if (event.type === 'compared-with-baseline') {
    return { ...event, comparison: revealedComparison(event.comparison, reveal) };
  }
  return event;
}

/** What a failure says instead of what happened. */
const unrevealed = 'What the server did is not revealed in this report.';

/** The verdict as far as `reveal` lets its reader see it; only failures hold anything to hide. */
export function revealedVerdict(verdict: Verdict, reveal: Reveal): Verdict {
  if (verdict.kind !== 'failed' || reveal === 'full') return verdict;
  const { kind, tally, hint, summary, finding, conversation, outputTail } = verdict;
  // The token holds the whole conversation, the command the seed that makes it.
  const veiled: Failed = {
    kind,
    summary: unrevealed,
    finding: { kind: 'other', expected: '', observed: '' },
    conversation: [],
    tally,
    hint: reveal === 'none' ? '' : hint,
    again: { command: '', token: '' },
  };
  if (reveal !== 'actual') return veiled;
  return {
    ...veiled,
    summary,
    finding: withoutExpected(finding),
    conversation: conversation.map((record) => ({
      ...record,
      entries: record.entries.map((entry) =>
        entry.kind === 'sent' ? { ...entry, bytes: withheld(entry.bytes) } : entry,
      ),
    })),
    ...(outputTail === undefined ? {} : { outputTail }),
  };
}

function withoutExpected(finding: Finding): Finding {
  switch (finding.kind) {
    case 'bytes':
    case 'silence':
    case 'ended':
      return { ...finding, expected: withheld(finding.expected) };
    case 'other':
      return { ...finding, expected: '' };
    case 'refused':
    case 'died':
      return finding;
  }
}

/** How long it was, and none of its bytes. */
function withheld({ length }: Excerpt): Excerpt {
  return { hex: '', offset: 0, length };
}

function revealedCauses(causes: readonly Cause[], reveal: Reveal): readonly Cause[] {
  if (reveal === 'none') return [];
  if (reveal === 'full') return causes;
  // How it shows names the bytes, an experiment what was sent; what the mistake is does neither.
  return causes.map((cause) => {
    const { foretold, ...plain } = cause;
    const told = foretold === undefined ? cause : plain;
    return reveal === 'hint' ? { ...told, shows: '' } : told;
  });
}
