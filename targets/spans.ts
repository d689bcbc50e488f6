// Spans of time with a name, for whoever listens: a trace of what this process did, and when. Who tells of a
// span knows nothing of who listens; where nobody does, telling costs a look at a flag.
import { channel, subscribe } from 'node:diagnostics_channel';

/** What spans are about, each a group of rows in a trace. */
export type SpanKind = 'behaviour' | 'attempt' | 'experiment' | 'wait' | 'start' | 'container';

/** One span. Times are those of `performance.now()`, in milliseconds. */
export interface Span {
  readonly kind: SpanKind;
  readonly name: string;
  readonly startedMs: number;
  /** Undefined while it goes on. */
  endedMs: number | undefined;
  /** What else is told of it; may be completed until it has ended. */
  details: Readonly<Record<string, string | number | boolean>>;
}

/** Each span is published once, when it is first known: a listener keeps it, and reads its end later. */
const channelName = 'conform:spans';
const spans = channel(channelName);

/** Has `hear` told of each span from now on. */
export function onSpan(hear: (span: Span) => void): void {
  subscribe(channelName, (message) => {
    hear(message as Span);
  });
}

/** Tells of a span that has begun. The returned function ends it, with what else is to be told of it. */
export function beginSpan(kind: SpanKind, name: string): (details?: Span['details']) => void {
  if (!spans.hasSubscribers) return nothing;
  const span: Span = {
    ...{ kind, name, startedMs: performance.now() },
    ...{ endedMs: undefined, details: {} },
  };
  spans.publish(span);
  return (details = {}) => {
    span.endedMs = performance.now();
    span.details = details;
  };
}

/** Tells of a span that is over. */
export function tellSpan(span: Readonly<Span>): void {
  if (spans.hasSubscribers) spans.publish(span);
}

/** Tells of the time that `act` takes. */
export async function inSpan<Value>(
  kind: SpanKind,
  name: string,
  act: () => Promise<Value>,
): Promise<Value> {
  const end = beginSpan(kind, name);
  try {
    return await act();
  } finally {
    end();
  }
}

const nothing = (): void => undefined;
