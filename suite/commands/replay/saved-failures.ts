// The failures in a saved report, JSON or NDJSON, with what is needed to hold them again.
import type { Failed, RunEvent } from '../../events/events.ts';
import { InvalidSavedRun, readSavedRun } from '../../events/saved-run.ts';
import { readGiven } from '../options/given-file.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

/** A failure as a report tells it. */
export interface SavedFailure {
  readonly id: string;
  readonly verdict: Failed;
}

/**
 * The failures in the report at `path`, in its order; of a file that was cut, those before the cut.
 * @throws {UsageError} when there is no such file, or it is no report of ours
 */
export async function readFailures(path: string, signal: AbortSignal): Promise<SavedFailure[]> {
  const text = await readGiven(path, {
    absent: 'there is no such file. (If you meant a token: tokens begin with "c1.".)',
    signal,
  });
  return eventsIn(text, path).flatMap((event) => {
    if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') return [];
    return [{ id: event.id, verdict: event.verdict }];
  });
}

function eventsIn(text: string, path: string): readonly RunEvent[] {
  try {
    return readSavedRun(text, path).events;
  } catch (error) {
    throwAsUsage(error, InvalidSavedRun);
  }
}
