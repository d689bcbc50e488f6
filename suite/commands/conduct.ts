// Runs, reports while it goes on, and returns the exit status.
import { openReporters, ReporterUnavailable, type ReportChoices } from '../reporters/registry.ts';
import type { OpenedReporters } from '../reporters/multiplexer.ts';
import { summarise } from '../report.ts';
import type { RunEvent } from '../events.ts';
import { run, type RunOptions } from '../run.ts';
import { InvalidContainer } from '../../targets/container/invalid-container.ts';
import type { Surroundings } from './command.ts';
import { throwAsUsage } from './wrong-usage.ts';

/**
 * Judges as `options` say and hands every event to the reporters.
 * @throws {UsageError} when a reporter cannot be had
 */
export async function conduct(
  options: RunOptions,
  reporterSpecs: readonly string[],
  surroundings: Surroundings,
  choices: ReportChoices = {},
): Promise<number> {
  const { signal } = surroundings;
  return tell(run({ ...options, signal }), reporterSpecs, surroundings, choices);
}

/**
 * Hands every event of a run to the reporters as it comes; returns the exit status.
 * @throws {UsageError} when a reporter cannot be had
 */
export async function tell(
  happening: AsyncIterable<RunEvent>,
  reporterSpecs: readonly string[],
  surroundings: Surroundings,
  choices: ReportChoices = {},
): Promise<number> {
  const { writeError } = surroundings;
  const reporters = await open(reporterSpecs, surroundings, choices);
  const events: RunEvent[] = [];
  try {
    for await (const event of happening) {
      events.push(event);
      reporters.onEvent(event);
    }
  } catch (error) {
    throwAsUsage(error, InvalidContainer);
  }
  const report = summarise(events);
  for (const { name, error } of await reporters.finish(report)) {
    writeError(`The reporter ${name} failed: ${error.message}\n`);
  }
  return report.exitCode;
}

/**
 * The reporters asked for, `pretty` when none is.
 * @throws {UsageError} when one cannot be had
 */
export async function open(
  specs: readonly string[],
  surroundings: Surroundings,
  choices: ReportChoices = {},
): Promise<OpenedReporters> {
  try {
    return await openReporters(specs.length > 0 ? specs : ['pretty'], surroundings, choices);
  } catch (error) {
    throwAsUsage(error, ReporterUnavailable);
  }
}
