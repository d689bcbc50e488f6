// The reports of a run that is over, from its events.
import { Readable } from 'node:stream';
import { everyBehaviour } from '../behaviours/behaviours.ts';
import type { RunEvent } from '../events/events.ts';
import { message } from '../text/escape.ts';
import type { Surroundings } from './command.ts';
import { tell } from './conduct.ts';
import { readReportChoices, type ReportOptions } from './options/report-options.ts';

/**
 * Reports the run that `events` tell as `options` say, and returns its exit status.
 * @param remarks what is said of the run beside its reports, a sentence each
 * @throws {UsageError} when a reporter or the rubric cannot be had
 */
export async function tellSavedRun(
  events: readonly RunEvent[],
  remarks: readonly string[],
  options: ReportOptions,
  surroundings: Surroundings,
): Promise<number> {
  // The run may be of another version, with behaviours that this one does not have.
  const planned = events.flatMap((event) => (event.type === 'planned' ? event.behaviours : []));
  const ids = new Set([...everyBehaviour, ...planned].map(({ id }) => id));
  const choices = await readReportChoices(options, [...ids], surroundings.signal);
  for (const remark of remarks) surroundings.writeError(message(`conform: ${remark}\n`));
  // All is over: there is no progress to be drawn.
  const still = { ...surroundings, isTerminal: false };
  return await tell(Readable.from(events), options.reporter ?? [], still, choices);
}
