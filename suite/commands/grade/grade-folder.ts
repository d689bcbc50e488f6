// What `conform grade` does, step by step: what is asked for, what is there, the grading, the outputs.
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import {
  findSubmissions,
  InvalidClass,
  type SubmissionSource,
} from '../../../targets/submissions/submissions.ts';
import { TargetUnavailable } from '../../../targets/target.ts';
import type { ClassResult } from '../../grading/results/class-result.ts';
import { gradeClass, type GradedClass } from '../../grading/grade-class.ts';
import { FolderUnusable, Occupied, occupy } from '../../grading/occupied.ts';
import { classSummary } from '../../grading/outputs/class-summary.ts';
import { writeClassOutputs } from '../../grading/outputs/write-outputs.ts';
import { affordableJobs } from '../../grading/own-means.ts';
import { nameWidth, Progress } from '../../grading/progress.ts';
import { digestOf, type GradeSettings } from '../../grading/worker/settings.ts';
import { isInShard, type Shard } from '../../events/shard.ts';
import { refuseTakenPlaces } from './result-places.ts';
import { refuseOtherGrading } from './resumed-grading.ts';
import { shardOf } from '../options/shard-option.ts';
import { message, visible } from '../../text/escape.ts';
import { systemFault } from '../../program/system-fault.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { openConfig } from '../options/config-option.ts';
import { readGradeSettings } from './grade-settings.ts';
import type { GradeOptions } from './grade-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

const couldNotJudge = 3;

/** The class that is to be graded, or the part of it that is. */
interface Plan {
  readonly folder: string;
  readonly out: string;
  readonly settings: GradeSettings;
  readonly sources: readonly SubmissionSource[];
  readonly classSize: number;
  readonly shard: Shard | undefined;
}

/**
 * Grades the class in `argument` or `--local`; returns the exit status.
 * @throws {UsageError} when it cannot be done as asked
 */
export async function grade(
  argument: string | undefined,
  options: GradeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { writeError } = surroundings;
  const plan = await planned(argument, options, surroundings);
  if (plan.settings.inContainer) {
    const missing = await missingEngine();
    if (missing !== undefined) {
      writeError(`conform: ${missing}\n`);
      return couldNotJudge;
    }
  }
  const jobs = jobsOf(options, surroundings);
  const occupation = await occupy(plan.out).catch((error: unknown) =>
    throwAsUsage(error, error instanceof Occupied ? Occupied : FolderUnusable),
  );
  try {
    const graded = await gradePlan(plan, options, jobs, occupation.work, surroundings);
    return await conclude(plan, graded, options, surroundings);
  } finally {
    await occupation.leave();
  }
}

async function planned(
  argument: string | undefined,
  options: GradeOptions,
  { writeError, signal }: Surroundings,
): Promise<Plan> {
  const folder = folderOf(argument, options);
  const shard = shardOf(options);
  const settings = await readGradeSettings(options, await openConfig(options), signal);
  const out = resolve(options.out);
  const path = relative(resolve(folder), out);
  if (!path.startsWith('..') && path !== out) {
    throw new UsageError(
      `The results would be written among the submissions: give an --out outside of ${folder}.`,
    );
  }
  if (options.resume !== true) await refuseEarlierResults(out, options.out);
  // Whoever grades one of them works in a folder of its own.
  const found = await findSubmissions(resolve(folder)).catch((error: unknown) =>
    throwAsUsage(error, InvalidClass),
  );
  if (found.passedOver.length > 0) {
    const names = found.passedOver.map((name) => visible(name)).join(', ');
    writeError(`Ignored, as neither a folder nor an archive: ${names}\n`);
  }
  const { submissions } = found;
  const sources =
    shard === undefined ? submissions : submissions.filter(({ name }) => isInShard(name, shard));
  await refuseTakenPlaces(
    out,
    options.out,
    sources.map(({ name }) => name),
  );
  if (options.resume === true) {
    await refuseOtherGrading(out, options.out, { settings, shard, sources });
  }
  return { folder, out, settings, sources, classSize: submissions.length, shard };
}

function folderOf(argument: string | undefined, { local }: GradeOptions): string {
  if (argument !== undefined && local !== undefined) {
    throw new UsageError(`Two folders were given: ${argument} and ${local} (--local).`);
  }
  const folder = argument ?? local;
  if (folder !== undefined) return folder;
  throw new UsageError('Say where the submissions are: conform grade SUBMISSIONS --contract …');
}

/** Results of another class, or of last week, are not written over by mistake. */
async function refuseEarlierResults(out: string, named: string): Promise<void> {
  const within = await namesIn(join(out, 'submissions'));
  if (within.length === 0 && !(await namesIn(out)).includes('class.json')) return;
  throw new UsageError(
    `${named} already contains results. Continue with --resume, which keeps what is graded, or give another --out.`,
  );
}

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((): readonly string[] => []);

async function missingEngine(): Promise<string | undefined> {
  const { reachEngine } = await import('../../../targets/container/engine.ts');
  try {
    await reachEngine('trusted code is graded with --no-container');
    return undefined;
  } catch (error) {
    if (error instanceof TargetUnavailable) return error.message;
    throw error;
  }
}

function jobsOf({ jobs }: GradeOptions, { writeError }: Surroundings): number {
  const affordable = affordableJobs();
  if (jobs === undefined || jobs <= affordable) return jobs ?? affordable;
  writeError(
    `--jobs ${jobs} is more than this machine handles well (${affordable}, with ${availableParallelism()} processors): ` +
      'it may take longer, and what looks slow is tested again on its own.\n',
  );
  return jobs;
}

async function gradePlan(
  { out, settings, sources }: Plan,
  { reveal }: GradeOptions,
  jobs: number,
  work: string,
  { write, isTerminal, columns, signal }: Surroundings,
): Promise<GradedClass> {
  const watcher = new Progress({
    total: sources.length,
    nameWidth: nameWidth(sources.map(({ name }) => name)),
    write,
    isTerminal,
    columns,
  });
  try {
    return await gradeClass({ sources, settings, out, work, jobs, reveal, signal, watcher });
  } finally {
    watcher.close();
  }
}

/** Writes what the class came to, and says it. */
async function conclude(
  { folder, out, settings, classSize, shard }: Plan,
  { results, pending }: GradedClass,
  options: GradeOptions,
  { write, writeError, columns, useColour }: Surroundings,
): Promise<number> {
  const result: ClassResult = {
    schema: 'conform/class/1',
    title: options.title ?? settings.rubric.title ?? basename(resolve(folder)),
    contract: settings.contract.id,
    seed: settings.seed,
    submissions: results,
    settings: digestOf(settings),
    classSize,
    ...(shard === undefined ? {} : { shard }),
    ...(pending.length === 0 ? {} : { pending }),
  };
  const lost = await writeClassOutputs(result, out).then(
    () => undefined,
    (error: unknown) => {
      const fault = systemFault(error);
      if (fault === undefined) throw error;
      return fault;
    },
  );
  const place = lost === undefined ? options.out : null;
  write(`\n${classSummary(result, { folder: place, columns, useColour })}`);
  if (pending.length > 0) {
    writeError(
      `conform: ${pending.length} of ${results.length + pending.length} submissions are not graded: run the same command with --resume to continue.\n`,
    );
  }
  if (lost === undefined) return exitStatusOf(result);
  writeError(
    message(
      `conform: the results of the class could not be written. ${lost} Run the same command with --resume to continue.\n`,
    ),
  );
  return couldNotJudge;
}

/** 3 while somebody has to look, or to go on; how good the servers are is not asked. */
export function exitStatusOf({ submissions, pending = [] }: ClassResult): number {
  const isOpen = pending.length > 0 || submissions.some(({ outcome }) => outcome === 'errored');
  return isOpen ? couldNotJudge : 0;
}
