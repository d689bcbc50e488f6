// Shards of a class joined to the class that one machine would have graded.
import { missingParts, type Shard } from '../events/shard.ts';
import type { ClassResult } from './results/class-result.ts';

/** One shard, and the folder that it was read from. */
export interface ShardResult {
  readonly folder: string;
  readonly result: ClassResult;
}

/** These folders are no shards of one class; the message says which of them, and why. */
export class NotOneClass extends Error {
  override readonly name = 'NotOneClass';
}

export interface MergedClass {
  readonly result: ClassResult;
  /** What is missing of the class, a sentence each; empty when it is whole. */
  readonly missing: readonly string[];
}

/** @throws {NotOneClass} when they overlap, or were graded under different settings */
export function mergeClasses(
  shards: readonly [ShardResult, ...ShardResult[]],
  title?: string,
): MergedClass {
  const [first] = shards;
  const parts = shards.map(({ folder, result }) => ({ folder, shard: shardOf(folder, result) }));
  refuseDifferences(shards);
  refuseOverlaps(shards, parts);
  const { contract, seed, settings, classSize } = first.result;
  const submissions = shards
    .flatMap(({ result }) => result.submissions)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const pending = shards.flatMap(({ result }) => result.pending ?? []).sort();
  const count = parts[0]?.shard.count ?? 0;
  const absent = missingParts(
    count,
    parts.map(({ shard }) => shard.index),
  );
  const known = submissions.length + pending.length;
  return {
    result: {
      schema: 'conform/class/1',
      title: title ?? first.result.title,
      contract,
      seed,
      submissions,
      ...(settings === undefined ? {} : { settings }),
      ...(classSize === undefined ? {} : { classSize }),
      ...(pending.length === 0 ? {} : { pending }),
    },
    missing: [
      ...(absent === undefined ? [] : [`${absent}.`]),
      ...(pending.length === 0 ? [] : [`Not graded yet: ${pending.join(', ')}.`]),
      ...(absent === undefined && classSize !== undefined && known !== classSize
        ? [`The class has ${classSize} submissions, and the parts hold ${known}.`]
        : []),
    ],
  };
}

function shardOf(folder: string, { shard }: ClassResult): Shard {
  if (shard !== undefined) return shard;
  throw new NotOneClass(
    `${folder} contains a whole class, not a part of one: what is joined was graded with --shard K/N.`,
  );
}

function refuseDifferences(shards: readonly ShardResult[]): void {
  const [first, ...others] = shards;
  for (const { folder, result } of others) {
    const differs = (['settings', 'contract', 'seed', 'classSize'] as const).find(
      (key) => result[key] !== first?.result[key],
    );
    if (differs === undefined) continue;
    const what =
      differs === 'settings'
        ? 'under different settings (rubric, behaviours, cases, limits or version of conform)'
        : differs === 'classSize'
          ? `of classes of ${first?.result.classSize ?? 0} and ${result.classSize ?? 0} submissions`
          : `with another ${differs}`;
    throw new NotOneClass(`${first?.folder ?? ''} and ${folder} were graded ${what}.`);
  }
}

function refuseOverlaps(
  shards: readonly ShardResult[],
  parts: readonly { readonly folder: string; readonly shard: Shard }[],
): void {
  const byIndex = new Map<number, string>();
  const [first] = parts;
  for (const { folder, shard } of parts) {
    if (shard.count !== first?.shard.count) {
      throw new NotOneClass(
        `${first?.folder ?? ''} is one part of ${first?.shard.count ?? 0}, ${folder} one of ${shard.count}.`,
      );
    }
    const other = byIndex.get(shard.index);
    if (other !== undefined) {
      throw new NotOneClass(
        `${other} and ${folder} are both part ${shard.index}/${shard.count}: leave one out.`,
      );
    }
    byIndex.set(shard.index, folder);
  }
  const byName = new Map<string, string>();
  for (const { folder, result } of shards) {
    for (const { name } of result.submissions) {
      const other = byName.get(name);
      if (other !== undefined) {
        throw new NotOneClass(
          other === folder
            ? `${name} is in the class.json of ${folder} twice.`
            : `${name} stands in ${other} and in ${folder}.`,
        );
      }
      byName.set(name, folder);
    }
  }
}
