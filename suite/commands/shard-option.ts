// `--shard`: which part of several this one is, as an option.
import { InvalidShard, readShard, type Shard } from '../shard.ts';
import { UsageError } from './command.ts';

/**
 * The part that `--shard` names; undefined when there is none.
 * @throws {UsageError} when its words name no part
 */
export function shardOf({ shard }: { readonly shard?: string }): Shard | undefined {
  if (shard === undefined) return undefined;
  try {
    return readShard(shard, process.env);
  } catch (error) {
    if (error instanceof InvalidShard) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
