// What `conform init` does: finds out, asks, writes, and says what it wrote and what it assumed.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { configNames } from '../../config/config-names.ts';
import { echo } from '../../contracts/echo.ts';
import { visible } from '../../text/escape.ts';
import type { Surroundings } from '../command.ts';
import { openConfig } from '../options/config-option.ts';
import { contractWords, type ContractOptions } from '../options/contract-options.ts';
import { bytesOf } from '../options/parse.ts';
import { shellLine } from '../options/target-options.ts';
import { readContract } from '../options/read-contract.ts';
import type { Answers } from './answers.ts';
import { configName, configText } from './config-text.ts';
import { findAnswers } from './find-answers.ts';
import type { InitOptions } from './init-options.ts';
import { putFile } from './put-file.ts';
import { rubricName, rubricText } from './rubric-text.ts';
import { repositoryOf, startOf, type Repository } from './seen.ts';
import { packageVariable, workflowOf } from './workflow-text.ts';

/** A line for each file: what was done with it, and what it is for. */
interface Done {
  readonly what: 'wrote' | 'kept';
  readonly name: string;
  readonly why: string;
}

/**
 * @returns the exit status
 * @throws {UsageError} when an answer cannot be used, or a file cannot be written
 */
export async function init(options: InitOptions, surroundings: Surroundings): Promise<number> {
  const folder = process.cwd();
  // What is wrong is told before anything is asked or written.
  readContract(options);
  const repository = await repositoryOf(folder);
  const promised = presentConfig(folder) === undefined ? undefined : await promisedInConfig();
  const { answers, assumed } = await findAnswers(options, surroundings, {
    platform: repository.platform?.name,
    start: startOf(folder),
    promised,
  });
  const told = [
    config(folder, answers),
    ...workflow(repository, answers),
    ...(answers.wantsRubric ? [rubric(folder, answers)] : []),
  ];
  const text = [...filesText(told), ...assumedText(assumed), ...nextText(told, answers)];
  surroundings.write(`${text.map(visible).join('\n')}\n`);
  return 0;
}

/** What the config that is there says of the contract. */
async function promisedInConfig(): Promise<ContractOptions> {
  const { options } = await openConfig({});
  const { contract, end } = options;
  return {
    ...(typeof contract === 'string' ? { contract } : {}),
    ...(typeof end === 'string' && end !== '' ? { end: bytesOf(end) } : {}),
  };
}

const presentConfig = (folder: string): string | undefined =>
  configNames.find((name) => existsSync(join(folder, name)));

function config(folder: string, answers: Answers): Done {
  const present = presentConfig(folder);
  const isWritten =
    present === undefined && putFile(join(folder, configName), configName, configText(answers));
  return isWritten
    ? { what: 'wrote', name: configName, why: 'how the server is started, and what it promises' }
    : { what: 'kept', name: present ?? configName, why: 'it was there already' };
}

function workflow({ root, below, platform }: Repository, answers: Answers): Done[] {
  if (answers.platform === 'none') return [];
  const { names, text } = workflowOf(answers.platform, answers, below);
  const nameOf = (name: string): string => relative(process.cwd(), join(root, name)) || name;
  const seen = platform?.name === answers.platform ? ` (seen by ${platform.by})` : '';
  for (const [index, name] of names.entries()) {
    if (!putFile(join(root, name), nameOf(name), text)) continue;
    // GitLab reads one file alone, which names the others.
    const more = index === 0 ? '' : `; add to ${names[0] ?? ''}: include: ${name}`;
    return [
      { what: 'wrote', name: nameOf(name), why: `tests the server at each push${seen}${more}` },
    ];
  }
  return [{ what: 'kept', name: nameOf(names.at(-1) ?? ''), why: 'it was there already' }];
}

function rubric(folder: string, { promised }: Answers): Done {
  const contract = readContract({ contract: echo.id, ...promised }).contract ?? echo;
  const ending = readContract(promised).ending ?? contract.ending;
  const { text, total } = rubricText({ ...contract, ending }, gradeCommand(promised));
  return putFile(join(folder, rubricName), rubricName, text)
    ? { what: 'wrote', name: rubricName, why: `${total} points, for grading a class` }
    : { what: 'kept', name: rubricName, why: 'it was there already' };
}

/** Grading finds out nothing: all submissions are held to the same. */
function gradeCommand(promised: ContractOptions): string {
  const words = contractWords({ contract: echo.id, ...promised });
  return `conform grade SUBMISSIONS ${shellLine(words)} --rubric ${rubricName} --out RESULTS`;
}

function filesText(done: readonly Done[]): string[] {
  const width = Math.max(...done.map(({ name }) => name.length));
  return done.map(
    ({ what, name, why }) =>
      `${what === 'wrote' ? 'Wrote' : 'Kept '} ${name.padEnd(width)}  ${why}`,
  );
}

function assumedText(assumed: readonly (readonly [string, string])[]): string[] {
  if (assumed.length === 0) return [];
  return [
    '',
    'Assumed, since nobody was asked:',
    ...assumed.map(([what, option]) => `  ${what} (${option})`),
  ];
}

function nextText(done: readonly Done[], { platform, from, promised }: Answers): string[] {
  const isOfCi = platform !== 'none' && from === undefined;
  const isNew = (name: string): boolean =>
    done.some((one) => one.name === name && one.what === 'wrote');
  return [
    '',
    'Next:',
    '  conform',
    ...(isNew(rubricName) ? [`  ${gradeCommand(promised)}`] : []),
    ...(isOfCi && done.some(({ name, what }) => what === 'wrote' && name.endsWith('.yml'))
      ? [`  set the variable ${packageVariable} of your CI to what npm installs conform from`]
      : []),
  ];
}
