// Whether `conform grade --resume` goes on with what stands in its folder, or would write over it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SubmissionSource } from '../../../targets/submissions/submissions.ts';
import type { ClassResult } from '../../grading/results/class-result.ts';
import { InvalidResult, readClass } from '../../grading/results/read-result.ts';
import { digestOf, type GradeSettings } from '../../grading/worker/settings.ts';
import type { Shard } from '../../events/shard.ts';
import { UsageError } from '../command.ts';

interface Grading {
  readonly settings: GradeSettings;
  readonly shard: Shard | undefined;
  readonly sources: readonly SubmissionSource[];
}

/**
 * What `--resume` goes on with is the same grading: another shard, rubric or class would take the place
 * of what stands there. One that was killed has left no result of the class: its submissions are told
 * apart one by one.
 * @param named how messages call the folder
 * @throws {UsageError} when the results in `out` are of another grading, with what differs
 */
export async function refuseOtherGrading(
  out: string,
  named: string,
  grading: Grading,
): Promise<void> {
  const file = join(out, 'class.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const before = read(text, file);
  const difference = before === undefined ? undefined : differenceFrom(before, grading);
  if (difference === undefined) return;
  throw new UsageError(
    `--resume would replace the results in ${named}, which belong to another grading: ${difference}. Give another --out.`,
  );
}

/** Undefined when it was cut, or is of another version: all of it is written anew. */
function read(text: string, file: string): ClassResult | undefined {
  try {
    return readClass(text, file);
  } catch (error) {
    if (error instanceof InvalidResult) return undefined;
    throw error;
  }
}

/** What is not the same as before, in words; undefined when the grading is the same. */
function differenceFrom(
  before: ClassResult,
  { settings, shard, sources }: Grading,
): string | undefined {
  const part = (one: Shard | undefined): string =>
    one === undefined ? 'the whole class' : `part ${one.index} of ${one.count}`;
  if (part(before.shard) !== part(shard)) {
    return `they are of ${part(before.shard)}, and now it is ${part(shard)}`;
  }
  if (before.contract !== settings.contract.id) {
    return `the contract was ${before.contract ?? 'none'}, and now it is ${settings.contract.id}`;
  }
  if (before.seed !== settings.seed) {
    return `--seed was ${before.seed}, and now it is ${settings.seed}`;
  }
  if (before.settings !== undefined && before.settings !== digestOf(settings)) {
    return 'the rubric, or another option that decides points, or the version of conform has changed';
  }
  const names = [...before.submissions.map(({ name }) => name), ...(before.pending ?? [])];
  const isOther = names.length > 0 && !sources.some(({ name }) => names.includes(name));
  return isOther ? `none of their ${names.length} submissions is in this folder` : undefined;
}
