// Which part of a class, or of the behaviours, one machine of several takes.
import { createHash } from 'node:crypto';
import type { Told } from '../../clients/shapes/shape.ts';
import { mostShards } from './plain-values.ts';
import type { shard } from './shapes/run.ts';

/** One of several parts of a whole, counted from 1. */
export type Shard = Told<typeof shard>;

/** So many missing parts are named; how many more there are is enough. */
const mostNamed = 5;

/**
 * Says which of `count` parts are not among `present` (each counted from 1): `Parts 2, 3 and 90 more
 * of 95 are missing`, without an end; undefined when none is.
 */
export function missingParts(count: number, present: readonly number[]): string | undefined {
  const known = new Set(present);
  const missing = count - known.size;
  const named: number[] = [];
  // No more steps than parts that are there and parts that are named.
  for (let index = 1; index <= count && named.length < mostNamed; index += 1) {
    if (!known.has(index)) named.push(index);
  }
  const [only, second] = named;
  if (only === undefined) return undefined;
  if (second === undefined) return `Part ${only} of ${count} is missing`;
  const rest = missing - named.length;
  const words = rest > 0 ? [...named, `${rest} more`] : named;
  return `Parts ${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''} of ${count} are missing`;
}

/** The words do not say which part is meant; the message says what was expected. */
export class InvalidShard extends Error {
  override readonly name = 'InvalidShard';
}

type Environment = Readonly<Record<string, string | undefined>>;

const expected =
  'Expected K/N, as in 2/8 for the second part of eight, or auto in an array of jobs.';

/**
 * `2/8`; `auto` reads what the scheduler set: Slurm, GitLab (`parallel:`), or Kubernetes, whose
 * indexed jobs tell their index alone and need `auto/8` or CONFORM_SHARDS=8.
 * @throws {InvalidShard}
 */
export function readShard(text: string, environment: Environment): Shard {
  const [, index = '', count = ''] = /^(\d+)\/(\d+)$/u.exec(text) ?? [];
  if (index !== '') return checked(Number(index), Number(count), `--shard ${text}`);
  const [isAuto, given] = /^auto(?:\/(\d+))?$/u.exec(text) ?? [];
  if (isAuto === undefined) throw new InvalidShard(`--shard ${text} names no part. ${expected}`);
  return ofScheduler(given, environment);
}

/** The part that a name falls into: the same wherever it is asked, whatever other names there are. */
export function isInShard(name: string, { index, count }: Shard): boolean {
  const digest = createHash('sha256').update(name).digest();
  return digest.readUIntBE(0, 6) % count === index - 1;
}

function ofScheduler(given: string | undefined, environment: Environment): Shard {
  const found = [slurm, gitlab, kubernetes].flatMap((read) => read(given, environment) ?? []);
  const [first, ...others] = found;
  if (first === undefined) {
    throw new InvalidShard(
      '--shard auto finds no index: neither SLURM_ARRAY_TASK_ID (Slurm), CI_NODE_INDEX (GitLab) nor ' +
        `JOB_COMPLETION_INDEX (Kubernetes) is set. ${expected} GitHub has no variable for it: pass the value of its matrix as K/N.`,
    );
  }
  const other = others.find(({ shard }) => words(shard) !== words(first.shard));
  if (other !== undefined) {
    throw new InvalidShard(
      `--shard auto finds two different parts: ${words(first.shard)} (${first.variable}) and ` +
        `${words(other.shard)} (${other.variable}). Say which is meant, as K/N.`,
    );
  }
  return first.shard;
}

interface FoundShard {
  readonly variable: string;
  readonly shard: Shard;
}

function slurm(given: string | undefined, environment: Environment): FoundShard | undefined {
  const variable = 'SLURM_ARRAY_TASK_ID';
  const id = numberIn(environment, variable);
  if (id === undefined) return undefined;
  const count = countOf(given, environment, 'SLURM_ARRAY_TASK_COUNT');
  const least = numberIn(environment, 'SLURM_ARRAY_TASK_MIN') ?? 0;
  const step = numberIn(environment, 'SLURM_ARRAY_TASK_STEP') ?? 1;
  // An array resubmitted in part, as 3,7, has other numbers than its count says.
  const index = (id - least) / Math.max(1, step) + 1;
  return { variable, shard: checked(index, count, `${variable}=${id} of ${count}`) };
}

function gitlab(given: string | undefined, environment: Environment): FoundShard | undefined {
  const variable = 'CI_NODE_INDEX';
  const index = numberIn(environment, variable);
  if (index === undefined) return undefined;
  const count = countOf(given, environment, 'CI_NODE_TOTAL');
  return { variable, shard: checked(index, count, `${variable}=${index} of ${count}`) };
}

function kubernetes(given: string | undefined, environment: Environment): FoundShard | undefined {
  const variable = 'JOB_COMPLETION_INDEX';
  const index = numberIn(environment, variable);
  if (index === undefined) return undefined;
  const count = countOf(given, environment, 'CONFORM_SHARDS');
  return { variable, shard: checked(index + 1, count, `${variable}=${index} of ${count}`) };
}

/** How many parts there are: as the option says, or CONFORM_SHARDS, or the scheduler. */
function countOf(given: string | undefined, environment: Environment, variable: string): number {
  const counts = [
    ...(given === undefined ? [] : [['--shard auto/N', Number(given)] as const]),
    ...['CONFORM_SHARDS', variable].flatMap((name) => {
      const value = numberIn(environment, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  ];
  const [first] = counts;
  if (first === undefined) {
    throw new InvalidShard(
      `--shard auto does not know how many parts there are: ${variable} is not set. Write auto/N, or set CONFORM_SHARDS=N.`,
    );
  }
  const other = counts.find(([, count]) => count !== first[1]);
  if (other === undefined) return first[1];
  throw new InvalidShard(
    `--shard auto finds two numbers of parts: ${first[1]} (${first[0]}) and ${other[1]} (${other[0]}).`,
  );
}

function numberIn(environment: Environment, variable: string): number | undefined {
  const text = environment[variable];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new InvalidShard(`${variable} is ${JSON.stringify(text)}: expected a whole number.`);
}

function checked(index: number, count: number, said: string): Shard {
  const isPart = Number.isSafeInteger(index) && index >= 1 && index <= count;
  if (isPart && count <= mostShards) return { index, count };
  if (count > mostShards) {
    throw new InvalidShard(`${said} is one of too many: expected at most ${mostShards} parts.`);
  }
  throw new InvalidShard(
    count < 1
      ? `${said} is not valid: there must be at least one part. ${expected}`
      : `${said} is not valid: with ${count === 1 ? '1 part' : `${count} parts`}, the number of a part must be from 1 to ${count}. ${expected}`,
  );
}

const words = ({ index, count }: Shard): string => `${index}/${count}`;
