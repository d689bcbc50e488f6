// Which reports are wanted, and what they may say: options of every command that reports.
import { InvalidArgumentError, type Command } from 'commander';
import { formats, type ReportChoices } from '../../reporters/registry.ts';
import { reveals, type Reveal } from '../../events/reveal.ts';
import type { FrozenSuite } from '../../frozen/frozen-suite.ts';
import { UsageError } from '../command.ts';
import { readGiven } from './given-file.ts';
import { helpGroups } from './help-groups.ts';
import { repeat } from './parse.ts';

export type { ReportChoices };

export interface ReportOptions {
  readonly reporter?: string[];
  readonly rubric?: string;
  readonly reveal?: Reveals;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** A level for all reports, and for single formats. */
interface Reveals {
  readonly everywhere?: Reveal;
  readonly byFormat: ReadonlyMap<string, Reveal>;
}

/** Adds `--reporter`, `--rubric` and `--reveal`, and a list of the reporters below the options. */
export function addReportOptions(command: Command): Command {
  const widest = Math.max(...formats.map(({ name }) => name.length));
  const list = formats.map(({ name, description }) => `  ${name.padEnd(widest)}  ${description}`);
  return command
    .optionsGroup(helpGroups.output)
    .option(
      '-r, --reporter <name[=file]>',
      'write a report to standard output or a file; repeatable (default: pretty)',
      repeat,
    )
    .option('--no-color', 'no colours, as with NO_COLOR=1')
    .option(
      '--reveal <[name=]level>',
      'how much reports (or one of them) reveal about failures: none, hint, actual or full; repeatable (default: full)',
      addReveal,
    )
    .option(
      '--rubric <file>',
      'points for behaviours, families and causes, as YAML or JSON (for reporters that give points)',
    )
    .addHelpText('after', `\nReporters:\n${list.join('\n')}`);
}

/** Adds `--verbose` and `--quiet`: how much the report for people tells. */
export function addDetailOptions(command: Command): Command {
  return command
    .optionsGroup(helpGroups.output)
    .option('--verbose', 'all failures with all their evidence, and why others were not tested')
    .option('--quiet', 'only the verdict and the causes');
}

/**
 * How much the report for people is to tell.
 * @throws {UsageError} when it is to tell more and less
 */
export function detailOf({ verbose, quiet }: ReportOptions): Pick<ReportChoices, 'detail'> {
  if (verbose === true && quiet === true) {
    throw new UsageError('--verbose asks for more and --quiet for less: give one of them.');
  }
  if (verbose === true) return { detail: 'verbose' };
  return quiet === true ? { detail: 'quiet' } : {};
}

/** Adds `--json`: typed as other programs have it, it is one more reporter. */
export function addJsonOption(command: Command): Command {
  command.on('option:json', () => {
    const before = command.getOptionValue('reporter') as string[] | undefined;
    command.setOptionValue('reporter', repeat('json', before));
  });
  return command.optionsGroup(helpGroups.output).option('--json', 'the same as --reporter json');
}

/**
 * What the options say to the reports.
 * @param ids every behaviour that a rubric may name
 * @param signal ends the wait for a rubric that comes through a pipe
 * @param suite says what gives points, where the rubric itself names none
 * @throws {UsageError} when the rubric cannot be read or is wrong, with every place and reason
 */
export async function readReportChoices(
  options: ReportOptions,
  ids: readonly string[],
  signal: AbortSignal,
  suite?: FrozenSuite,
): Promise<ReportChoices> {
  const { rubric, reveal } = options;
  return {
    ...detailOf(options),
    ...(reveal?.everywhere === undefined ? {} : { reveal: reveal.everywhere }),
    ...(reveal === undefined ? {} : { revealIn: reveal.byFormat }),
    ...(rubric === undefined ? {} : { rubric: await rubricIn(rubric, ids, signal, suite) }),
  };
}

/**
 * The rubric in `file`.
 * @throws {UsageError} when it cannot be read or is wrong, with every place and reason
 */
export async function rubricIn(
  file: string,
  ids: readonly string[],
  signal: AbortSignal,
  suite?: FrozenSuite,
): Promise<NonNullable<ReportChoices['rubric']>> {
  const text = await readGiven(file, { what: 'the rubric', signal });
  const { InvalidRubric, readRubric } = await import('../../grading/rubric/read-rubric.ts');
  try {
    return readRubric(text, file, ids, suite);
  } catch (error) {
    if (!(error instanceof InvalidRubric)) throw error;
    throw new UsageError(`the rubric cannot be used.\n${error.message}`, { cause: error });
  }
}

function addReveal(text: string, before: Reveals = { byFormat: new Map() }): Reveals {
  const split = text.indexOf('=');
  const word = split < 0 ? text : text.slice(split + 1);
  const level = reveals.find((one) => one === word);
  if (level === undefined) {
    throw new InvalidArgumentError(
      `Expected ${reveals.join(', ')}, or one of them for a reporter, as in gradescope=hint.`,
    );
  }
  if (split < 0) return { ...before, everywhere: level };
  return { ...before, byFormat: new Map([...before.byFormat, [text.slice(0, split), level]]) };
}
