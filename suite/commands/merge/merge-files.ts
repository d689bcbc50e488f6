// What `conform merge` does with files: joins the parts of a run and reports the whole.
import { contracts } from '../../contracts/contracts.ts';
import { mergeRuns, NotOneRun, type MergedRun, type RunPart } from './merge-runs.ts';
import { InvalidSavedRun, readSavedRun } from '../../events/saved-run.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { readGiven } from '../options/given-file.ts';
import type { MergeOptions } from './merge-options.ts';
import { tellSavedRun } from '../tell-saved-run.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

/**
 * Joins the saved runs in `files`, reports them as one, and returns the exit status.
 * @throws {UsageError} when they are not parts of one run
 */
export async function mergeFiles(
  files: readonly string[],
  options: MergeOptions,
  surroundings: Surroundings,
): Promise<number> {
  for (const option of ['out', 'title'] as const) {
    if (options[option] === undefined) continue;
    throw new UsageError(
      `--${option} goes with the parts of a class; use -r to write the report of a run.`,
    );
  }
  const [first, ...others] = await Promise.all(
    files.map((file) => readPart(file, surroundings.signal)),
  );
  if (first === undefined) throw new UsageError('Name the saved runs of the parts.');
  const { events, missing } = await joined([first, ...others]);
  return await tellSavedRun(events, missing, options, surroundings);
}

async function readPart(file: string, signal: AbortSignal): Promise<RunPart> {
  const content = await readGiven(file, { signal });
  try {
    return { name: file, events: readSavedRun(content, file).events };
  } catch (error) {
    throwAsUsage(error, InvalidSavedRun);
  }
}

async function joined(parts: readonly [RunPart, ...RunPart[]]): Promise<MergedRun> {
  try {
    return await mergeRuns(parts, contracts);
  } catch (error) {
    throwAsUsage(error, NotOneRun);
  }
}
