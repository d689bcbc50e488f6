// Known failures, as options: shared by the commands that judge.
import type { Command } from 'commander';
import type { KeepBaseline } from '../../baseline/against-baseline.ts';
import type { Baseline } from '../../baseline/baseline.ts';
import type { RunEvent } from '../../events/events.ts';
import { UsageError } from '../command.ts';
import { readWhole } from '../../files/read-whole.ts';
import { cannotRead } from './given-file.ts';
import { helpGroups } from './help-groups.ts';

export interface BaselineOptions {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
}

/** Adds `--baseline` and `--update-baseline`. */
export function addBaselineOptions(command: Command): Command {
  return command
    .optionsGroup(helpGroups.known)
    .option('--baseline <file>', 'failures listed in this file do not fail the run; others do')
    .option('--update-baseline', 'write that file from this run, keeping reasons');
}

/** A baseline that a run is to be held against. */
export interface OpenedBaseline {
  readonly baseline: Baseline;
  /** Ids of the behaviours in it. */
  readonly known: readonly string[];
  /** Writes the file; absent when it is only to be read. */
  readonly keep?: KeepBaseline;
}

/**
 * The baseline that the options name; undefined when they name none.
 * @param ids every behaviour that there is
 * @throws {UsageError} when it cannot be read, or something in it is wrong, with every place
 */
export async function openBaseline(
  { baseline: file, updateBaseline = false }: BaselineOptions,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<OpenedBaseline | undefined> {
  if (file === undefined) {
    if (!updateBaseline) return undefined;
    throw new UsageError(
      '--update-baseline goes with --baseline FILE: it says which file to write.',
    );
  }
  const text = await contentOf(file, updateBaseline, signal);
  const baseline = text === undefined ? { name: file, entries: [] } : await read(text, file, ids);
  const known = baseline.entries.map(({ behaviour }) => behaviour);
  return { baseline, known, ...(updateBaseline ? { keep: keepIn(file) } : {}) };
}

/** The events of a run, held against the baseline where there is one. */
export async function* holdAgainst(
  events: AsyncIterable<RunEvent>,
  opened: OpenedBaseline | undefined,
): AsyncGenerator<RunEvent, void, undefined> {
  if (opened === undefined) {
    yield* events;
    return;
  }
  const { againstBaseline } = await import('../../baseline/against-baseline.ts');
  yield* againstBaseline(events, opened.baseline, opened.keep);
}

/** Undefined for a file that is not there and is to be written. */
async function contentOf(
  file: string,
  isUpdated: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  return await readWhole(file, signal).catch((cause: unknown) => {
    signal.throwIfAborted();
    if (isUpdated && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cannotRead(file, cause, {
      what: 'the baseline',
      absent: 'there is no such file. Write it from a run with --update-baseline.',
    });
  });
}

async function read(text: string, file: string, ids: readonly string[]): Promise<Baseline> {
  const { InvalidBaseline, readBaseline } = await import('../../baseline/read-baseline.ts');
  try {
    return readBaseline(text, file, ids);
  } catch (error) {
    if (!(error instanceof InvalidBaseline)) throw error;
    throw new UsageError(`the baseline cannot be used.\n${error.message}`, { cause: error });
  }
}

/** Whole or not at all: a baseline that was cut in the middle would make failures unknown. */
function keepIn(file: string): KeepBaseline {
  return async (baseline) => {
    const [{ baselineText }, { replaceFile }] = await Promise.all([
      import('../../baseline/write-baseline.ts'),
      import('../../files/write-atomically.ts'),
    ]);
    replaceFile(file, baselineText(baseline));
  };
}
