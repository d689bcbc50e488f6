// What `conform merge` does: reads each part, joins them, takes over the submissions' files.
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mergeClasses, NotOneClass, type ShardResult } from '../grading/merge-classes.ts';
import { classSummary } from '../grading/outputs/class-summary.ts';
import { submissionFolder } from '../grading/outputs/report-address.ts';
import { writeClassOutputs } from '../grading/outputs/write-outputs.ts';
import { InvalidResult, readClass } from '../grading/read-result.ts';
import { visible } from '../reporters/escape.ts';
import { UsageError, type Surroundings } from './command.ts';
import { exitStatusOf } from './grade-folder.ts';
import type { MergeOptions } from './merge.ts';
import { throwAsUsage } from './wrong-usage.ts';

const incomplete = 3;

/**
 * Joins the classes in `folders`; returns the exit status.
 * @throws {UsageError} when they are not parts of one class
 */
export async function mergeFolders(
  folders: readonly string[],
  { out, title, reporter }: MergeOptions,
  { write, writeError, columns, useColour }: Surroundings,
): Promise<number> {
  if (out === undefined)
    throw new UsageError('Say where the whole class is written: --out FOLDER.');
  if (reporter !== undefined) {
    throw new UsageError('--reporter goes with the parts of a run; a class has files of its own.');
  }
  const [first, ...others] = await Promise.all(folders.map((folder) => readShard(folder)));
  if (first === undefined) throw new UsageError('Name the folders of the parts.');
  if (folders.some((folder) => resolve(folder) === resolve(out))) {
    throw new UsageError(`--out ${out} is one of the parts: give a folder of its own.`);
  }
  if ((await readdir(out).catch(() => [])).length > 0) {
    throw new UsageError(`--out ${out} is not empty: give another folder, or remove it.`);
  }
  const merged = joined([first, ...others], title);
  for (const { folder, result } of [first, ...others]) {
    for (const { name } of result.submissions) await takeOver(folder, out, name);
  }
  const { result, missing } = merged;
  await writeClassOutputs(result, out);
  write(classSummary(result, { folder: out, columns, useColour }));
  for (const sentence of missing) writeError(`conform: ${visible(sentence)}\n`);
  return missing.length > 0 ? incomplete : exitStatusOf(result);
}

async function readShard(folder: string): Promise<ShardResult> {
  const file = join(folder, 'class.json');
  try {
    return { folder, result: readClass(await readFile(file, 'utf8'), file) };
  } catch (error) {
    if (error instanceof InvalidResult) throw new UsageError(error.message, { cause: error });
    throw new UsageError(
      `${folder} holds no class.json: name the --out of a \`conform grade --shard\` that has ended.`,
      { cause: error },
    );
  }
}

function joined(
  shards: readonly [ShardResult, ...ShardResult[]],
  title: string | undefined,
): ReturnType<typeof mergeClasses> {
  try {
    return mergeClasses(shards, title);
  } catch (error) {
    throwAsUsage(error, NotOneClass);
  }
}

async function takeOver(from: string, out: string, name: string): Promise<void> {
  const place = submissionFolder(out, name);
  try {
    await cp(submissionFolder(from, name), place, { recursive: true, errorOnExist: true });
  } catch (cause) {
    await rm(place, { recursive: true, force: true });
    throw new UsageError(
      `The files of ${JSON.stringify(name)} cannot be taken over from ${from}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
