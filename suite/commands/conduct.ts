// Runs, reports while it goes on, and returns the exit status.
import { openReporters, ReporterUnavailable } from '../reporters/registry.ts';
import { summarise } from '../report.ts';
import type { RunEvent } from '../events.ts';
import { run, type RunOptions } from '../run.ts';
import { UsageError, type Surroundings } from './command.ts';

/**
 * Judges as `options` say and hands every event to the reporters.
 * @throws {UsageError} when a reporter cannot be had
 */
export async function conduct(
  options: RunOptions,
  reporterSpecs: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { writeError, signal } = surroundings;
  const reporters = await open(reporterSpecs, surroundings);
  const events: RunEvent[] = [];
  for await (const event of run({ ...options, signal })) {
    events.push(event);
    reporters.onEvent(event);
  }
  const report = summarise(events);
  for (const { name, error } of await reporters.finish(report)) {
    writeError(`The reporter ${name} failed: ${error.message}\n`);
  }
  return report.exitCode;
}

async function open(
  specs: readonly string[],
  surroundings: Surroundings,
): ReturnType<typeof openReporters> {
  try {
    return await openReporters(specs.length > 0 ? specs : ['pretty'], surroundings);
  } catch (error) {
    if (error instanceof ReporterUnavailable) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
