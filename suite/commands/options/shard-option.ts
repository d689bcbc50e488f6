// `--shard`: which part of several this one is, as an option.
import { InvalidShard, readShard, type Shard } from '../../events/shard.ts';
import { throwAsUsage } from './wrong-usage.ts';

/**
 * The part that `--shard` names; undefined when there is none.
 * @throws {UsageError} when its words name no part
 */
export function shardOf({ shard }: { readonly shard?: string }): Shard | undefined {
  if (shard === undefined) return undefined;
  try {
    return readShard(shard, process.env);
  } catch (error) {
    throwAsUsage(error, InvalidShard);
  }
}
