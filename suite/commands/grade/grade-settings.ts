// From the options of `conform grade` to everything that decides points.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidTemplate, readTemplate } from '../../../targets/submissions/template.ts';
import { choiceOf } from '../../contracts/choice.ts';
import type { Config } from '../../config/config.ts';
import { emptyItems, plainClassRubric } from '../../grading/rubric/class-rubric.ts';
import type { GradeSettings } from '../../grading/worker/settings.ts';
import { visible } from '../../text/escape.ts';
import type { Rubric } from '../../points/rubric.ts';
import { UsageError } from '../command.ts';
import { readGiven } from '../options/given-file.ts';
import type { GradeOptions } from './grade-options.ts';
import { readContract } from '../options/read-contract.ts';
import { rubricIn } from '../options/report-options.ts';
import { namedOnRequest, select } from '../options/select.ts';
import { heldToSuite, namedOrInConfig, suiteOf } from '../options/suite-option.ts';

const usualDeadlineS = 600;

/** @throws {UsageError} when something does not go together, or a file cannot be used */
export async function readGradeSettings(
  options: GradeOptions,
  config: Config,
  signal: AbortSignal,
): Promise<GradeSettings> {
  const { seed, cases, timeout, buildTime, buildNetwork = false, container } = options;
  const promised = readContract(options, config.contracts);
  if (promised.contract === undefined) {
    throw new UsageError(
      'Say what the servers of the class promise, for example --contract uppercase (see `conform list contracts`).',
    );
  }
  const { ending = promised.contract.ending, serves = promised.contract.serves } = promised;
  const contract = { ...promised.contract, ending, serves };
  const ids = config.behaviours.map(({ id }) => id);
  const naming = namedOrInConfig(options, config);
  const given = await suiteOf(naming);
  const written =
    options.rubric === undefined ? undefined : await rubricIn(options.rubric, ids, signal, given);
  const suite = await suiteOf(naming, { by: 'the rubric', name: written?.suite });
  const selected = select(config.behaviours, options, namedOnRequest(config.behaviours, written));
  const behaviours = await heldToSuite(suite, selected);
  const rubric = written ?? plainClassRubric(contract, behaviours);
  if (options.reachable === true) refuseIdleReachable(rubric, behaviours);
  refuseEmptyItems(rubric, emptyItems(rubric, contract, behaviours), options);
  return {
    contract: choiceOf(contract),
    config: await digested(config),
    behaviours: behaviours.map(({ id }) => id),
    ...(options.reachable === true ? { reachable: true } : {}),
    ...(suite === undefined ? {} : { suite: suite.name }),
    rubric,
    seed,
    cases: cases ?? null,
    timeoutMs: timeout ?? null,
    inContainer: container,
    template: await templateIn(options.template, signal),
    buildLimitMs: buildTime * 1000,
    buildNetwork,
    deadlineMs: (options.deadline ?? rubric.deadline ?? usualDeadlineS) * 1000,
  };
}

/** What is asked for and gives no points would be taken for graded. */
function refuseIdleReachable(
  { items }: Rubric,
  behaviours: readonly { readonly id: string; readonly onRequest?: string }[],
): void {
  const asked = behaviours.filter(({ onRequest }) => onRequest === 'reachable');
  const idle = asked.find(({ id }) => !items.some((item) => item.behaviours.includes(id)));
  if (idle === undefined) return;
  throw new UsageError(
    `--reachable has ${idle.id} tested, and no item of the rubric gives points for it: add one with behaviours: ${idle.id}.`,
  );
}

/** Points that nobody can earn are a mistake: it is told before a class has lost them. */
function refuseEmptyItems(rubric: Rubric, empty: readonly string[], options: GradeOptions): void {
  if (rubric.items.length === 0) {
    throw new UsageError(
      'No must of these behaviours applies to the contract: there is nothing to award points for.',
    );
  }
  if (empty.length === 0) return;
  const names = empty.map((name) => JSON.stringify(visible(name))).join(', ');
  throw new UsageError(
    `Nobody could earn the points for ${names} of the rubric ${options.rubric ?? ''}: none of the ` +
      `behaviours there applies to the contract ${options.contract ?? ''} as the options adjust it, or is tested at all ` +
      '(--only, --skip). Remove the item, or name other behaviours.',
  );
}

async function digested({ file }: Config): Promise<GradeSettings['config']> {
  if (file === undefined) return null;
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { path: file, digest };
}

async function templateIn(
  file: string | undefined,
  signal: AbortSignal,
): Promise<GradeSettings['template']> {
  if (file === undefined) return null;
  const text = await readGiven(file, { what: 'the template', signal });
  try {
    await readTemplate(text, file);
  } catch (error) {
    if (!(error instanceof InvalidTemplate)) throw error;
    throw new UsageError(`the template cannot be used.\n${error.message}`, { cause: error });
  }
  return { file: resolve(file), text };
}
