// Runs, reports while it goes on, and returns the exit status.
import { endedInTime } from '../program/ended-in-time.ts';
import { message } from '../text/escape.ts';
import { verdictSentence } from '../reporters/words/wording.ts';
import {
  isForFile,
  openReporters,
  ReporterUnavailable,
  type ReportChoices,
} from '../reporters/registry.ts';
import type { OpenedReporters } from '../reporters/multiplexer.ts';
import { summarise, type Report } from '../events/report.ts';
import type { RunEvent } from '../events/events.ts';
import { run, type RunOptions } from '../engine/run.ts';
import { InvalidContainer } from '../../targets/container/invalid-container.ts';
import type { Surroundings } from './command.ts';
import { throwAsUsage } from './options/wrong-usage.ts';

/** The exit status of a run that went well and could not be reported. */
export const couldNotReport = 3;

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
  return tell(
    endedInTime(run({ ...options, signal }), signal),
    reporterSpecs,
    surroundings,
    choices,
  );
}

/**
 * Hands every event of a run to the reporters as it comes; returns the exit status: the run's own, but
 * that a run whose report was lost is not one that went well.
 * @throws {UsageError} when a reporter cannot be had
 */
export async function tell(
  happening: AsyncIterable<RunEvent>,
  reporterSpecs: readonly string[],
  surroundings: Surroundings,
  choices: ReportChoices = {},
): Promise<number> {
  const { report, isLost } = await handOver(happening, reporterSpecs, surroundings, choices);
  if (!isLost || report.exitCode !== 0) return report.exitCode;
  surroundings.writeError(`conform: exit status ${couldNotReport}, because a report was lost\n`);
  return couldNotReport;
}

/**
 * Hands every event of a run to the reporters as it comes, and tells of each that failed.
 * @returns what the run came to, and whether a report of it was lost
 * @throws {UsageError} when a reporter cannot be had
 */
export async function handOver(
  happening: AsyncIterable<RunEvent>,
  reporterSpecs: readonly string[],
  surroundings: Surroundings,
  choices: ReportChoices = {},
): Promise<{ readonly report: Report; readonly isLost: boolean }> {
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
  const lost = await reporters.finish(report);
  for (const { name, error } of lost) {
    writeError(message(`conform: the ${name} report is not complete: ${error.message}\n`));
  }
  // Nobody opens a report to learn that there is nothing in it.
  const isUnread = reporterSpecs.length > 0 && reporterSpecs.every(isForFile);
  if (isUnread && report.verdict === 'could-not-judge') {
    const sentence = verdictSentence(report);
    writeError(message(`conform: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}\n`));
  }
  return { report, isLost: lost.length > 0 };
}

/**
 * The reporters asked for, `pretty` when none is.
 * @throws {UsageError} when one cannot be had
 */
async function open(
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
