// The failures in a saved report, JSON or NDJSON, with what is needed to hold them again.
import type { Failed, RunEvent } from '../events.ts';
import type { Report } from '../report.ts';
import { UsageError } from './command.ts';
import { readGiven } from './given-file.ts';

/** A failure as a report tells it. */
export interface SavedFailure {
  readonly id: string;
  readonly verdict: Failed;
}

/**
 * The failures in the report at `path`, in its order.
 * @throws {UsageError} when there is no such file, or it is no report of ours
 */
export async function readFailures(path: string): Promise<SavedFailure[]> {
  const text = await readGiven(path, {
    absent: 'there is no such file, and a token begins with c1.',
  });
  const values = parseLines(text) ?? [parse(text)];
  const failures = values.flatMap(failuresOf);
  const isOurs = values.some(
    (value) => isObject(value) && /^conform\/(?:report|events)\/1$/.test(String(value['schema'])),
  );
  if (isOurs) return failures;
  throw new UsageError(
    `${path} is no report of conform: save one with --reporter json=FILE or ndjson=FILE.`,
  );
}

/** The lines of an NDJSON file; the last may be cut off. Undefined for anything else. */
function parseLines(text: string): unknown[] | undefined {
  const [first = '', ...others] = text.split('\n').filter((line) => line.trim() !== '');
  const head = parse(first);
  return isObject(head) && 'type' in head ? [head, ...others.map(parse)] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failuresOf(value: unknown): SavedFailure[] {
  if (!isObject(value)) return [];
  if (value['type'] === 'behaviour-finished') {
    const { id, verdict } = value as Partial<Extract<RunEvent, { type: 'behaviour-finished' }>>;
    return failure(id, verdict);
  }
  const { behaviours } = value as Partial<Report>;
  return (behaviours ?? []).flatMap(({ id, verdict }) => failure(id, verdict));
}

const failure = (
  id: string | undefined,
  verdict: { readonly kind: string } | undefined,
): SavedFailure[] =>
  id !== undefined && verdict?.kind === 'failed' ? [{ id, verdict: verdict as Failed }] : [];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
