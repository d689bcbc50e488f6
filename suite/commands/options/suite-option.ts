// Which frozen suite says what counts: named on the command line, or by a file that the command was given.
import type { Command } from 'commander';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Config } from '../../config/config.ts';
import type { FrozenSuite } from '../../frozen/frozen-suite.ts';
import { UsageError } from '../command.ts';
import { helpGroups } from './help-groups.ts';
import { throwAsUsage } from './wrong-usage.ts';

export interface SuiteOptions {
  readonly suite?: string;
}

/** Adds `--suite`. */
export function addSuiteOption(command: Command): Command {
  return command
    .optionsGroup(helpGroups.how)
    .option('--suite <name>', 'count only what this frozen suite has (see conform list suites)');
}

/** Where a suite was named, and how. */
interface Naming {
  /** As a message begins: `--suite`, `the rubric`. */
  readonly by: string;
  /** Undefined where none is named there. */
  readonly name: string | undefined;
}

/**
 * The one suite that all of them name; undefined where none does.
 * @throws {UsageError} when there is no such suite, or two are named
 */
export async function suiteOf(...namings: readonly Naming[]): Promise<FrozenSuite | undefined> {
  const [first, ...others] = namings.filter(({ name }) => name !== undefined);
  if (first?.name === undefined) return undefined;
  const other = others.find(({ name }) => name !== first.name);
  if (other?.name !== undefined) {
    throw new UsageError(
      `${first.by} names suite ${first.name} and ${other.by} names suite ${other.name}: a run is held to one.`,
    );
  }
  const { findSuite, UnknownSuite } = await import('../../frozen/frozen-suites.ts');
  try {
    return findSuite(first.name);
  } catch (error) {
    throwAsUsage(error, UnknownSuite);
  }
}

/** As `--suite` names it, or the config of a command that takes no other option from there. */
export function namedOrInConfig({ suite }: SuiteOptions, { options }: Config): Naming {
  const { suite: inConfig } = options;
  const isNamed = typeof inConfig === 'string' || typeof inConfig === 'number';
  if (suite !== undefined || !isNamed) return { by: '--suite', name: suite };
  return { by: 'the config', name: String(inConfig) };
}

/**
 * The behaviours as the suite has them.
 * @throws {UsageError} when all are newer, so that nothing would count
 */
export async function heldToSuite(
  suite: FrozenSuite | undefined,
  behaviours: readonly Behaviour[],
): Promise<readonly Behaviour[]> {
  if (suite === undefined) return behaviours;
  const { heldTo } = await import('../../frozen/frozen-suite.ts');
  const held = heldTo(suite, behaviours);
  if (held.some(({ isNewer }) => isNewer !== true)) return held;
  throw new UsageError(
    `None of these behaviours is in suite ${suite.name}: nothing would count. Choose others, or leave --suite out.`,
  );
}
