// Spans as JSON trace events. In that format the spans of one thread must lie inside one another: those of a
// kind that overlap get rows of their own.
import type { Span, SpanKind } from '../../targets/spans.ts';

/** From top to bottom, each with what its rows are called. */
const rows: Readonly<Record<SpanKind, string>> = {
  start: 'starts',
  container: 'containers',
  behaviour: 'behaviours',
  experiment: 'experiments',
  attempt: 'attempts',
  wait: 'waits',
};
const kinds = Object.keys(rows) as readonly SpanKind[];
/** Rows of a kind are numbered from its place in the list times this. */
const mostRows = 10_000;
const microsecond = 1000;

/** One event; `ts` and `dur` are in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: SpanKind;
  /** `X` is a span, `M` says what a row is called. */
  readonly ph: 'X' | 'M';
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number | boolean>>;
}

/** The whole document. What goes on at `nowMs` ends then, and says that it was cut short. */
export function traceOf(
  spans: readonly Span[],
  nowMs: number,
): { readonly displayTimeUnit: 'ms'; readonly traceEvents: readonly TraceEvent[] } {
  const traceEvents: TraceEvent[] = [meta('process_name', 0, 'conform')];
  for (const [place, kind] of kinds.entries()) {
    /** When the last span of each row ends. */
    const ends: number[] = [];
    const some = spans.filter((span) => span.kind === kind);
    for (const span of some.toSorted((one, other) => one.startedMs - other.startedMs)) {
      const { name, startedMs, endedMs = nowMs, details } = span;
      const free = ends.findIndex((endMs) => endMs <= startedMs);
      const row = free === -1 ? ends.length : free;
      const tid = (place + 1) * mostRows + row;
      if (row === ends.length)
        traceEvents.push(meta('thread_name', tid, `${rows[kind]} ${row + 1}`));
      ends[row] = endedMs;
      traceEvents.push({
        ...{ name, cat: kind, ph: 'X', pid: 1, tid },
        ts: Math.round(startedMs * microsecond),
        dur: Math.round((endedMs - startedMs) * microsecond),
        args: span.endedMs === undefined ? { ...details, cutShort: true } : details,
      });
    }
  }
  return { displayTimeUnit: 'ms', traceEvents };
}

const meta = (name: string, tid: number, text: string): TraceEvent => ({
  ...{ name, ph: 'M', pid: 1, tid },
  args: { name: text },
});
