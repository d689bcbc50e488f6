// What `conform merge` does: reads each part, joins them, takes over the submissions' files.
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mergeClasses, NotOneClass, type ShardResult } from '../../grading/merge-classes.ts';
import { classSummary } from '../../grading/outputs/class-summary.ts';
import { submissionFolder } from '../../grading/outputs/report-address.ts';
import { writeClassOutputs } from '../../grading/outputs/write-outputs.ts';
import { InvalidResult, readClass } from '../../grading/results/read-result.ts';
import { fillFolder, filledWith } from '../../files/fill-folder.ts';
import { readWhole } from '../../files/read-whole.ts';
import { visible } from '../../text/escape.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { cannotRead } from '../options/given-file.ts';
import { exitStatusOf } from '../grade/grade-folder.ts';
import type { MergeOptions } from './merge-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

const incomplete = 3;
const classFile = 'class.json';

/**
 * Joins the classes in `folders`; returns the exit status.
 * @throws {UsageError} when they are not parts of one class
 */
export async function mergeFolders(
  folders: readonly string[],
  { out, title, reporter }: MergeOptions,
  { write, writeError, columns, useColour, signal }: Surroundings,
): Promise<number> {
  if (out === undefined)
    throw new UsageError('Say where the whole class is written: --out FOLDER.');
  if (reporter !== undefined) {
    throw new UsageError('--reporter goes with the parts of a run; a class has its own files.');
  }
  const [first, ...others] = await Promise.all(folders.map((folder) => readShard(folder, signal)));
  if (first === undefined) throw new UsageError('Name the folders of the parts.');
  if (folders.some((folder) => resolve(folder) === resolve(out))) {
    throw new UsageError(`--out ${out} is one of the parts: give a folder of its own.`);
  }
  if (filledWith(out).length > 0) {
    throw new UsageError(`--out ${out} is not empty: give another folder, or remove it.`);
  }
  const merged = joined([first, ...others], title);
  const { result, missing } = merged;
  await fillFolder(out, classFile, async (draft) => {
    for (const part of [first, ...others]) {
      for (const { name } of part.result.submissions) {
        signal.throwIfAborted();
        await takeOver(part.folder, draft, name);
      }
    }
    await writeClassOutputs(result, draft);
  });
  write(classSummary(result, { folder: out, columns, useColour }));
  for (const sentence of missing) writeError(`conform: ${visible(sentence)}\n`);
  return missing.length > 0 ? incomplete : exitStatusOf(result);
}

async function readShard(folder: string, signal: AbortSignal): Promise<ShardResult> {
  const file = join(folder, classFile);
  try {
    return { folder, result: readClass(await readWhole(file, signal), file) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InvalidResult) throw new UsageError(error.message, { cause: error });
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotRead(file, error);
    throw new UsageError(
      `${folder} has no class.json: name the --out of a \`conform grade --shard\` that has ended.`,
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

const noRoom: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS'];

async function takeOver(from: string, out: string, name: string): Promise<void> {
  try {
    await cp(submissionFolder(from, name), submissionFolder(out, name), { recursive: true });
  } catch (cause) {
    // A full disk is none of the parts' doing.
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (noRoom.includes(code)) throw cause;
    throw new UsageError(
      `The files of ${JSON.stringify(name)} cannot be taken over from ${from}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
