// What `conform init` knows before it writes: from the options, from the folder, else from a person, else assumed.
import { InvalidArgumentError } from 'commander';
import { contracts } from '../../contracts/contracts.ts';
import { UsageError, type Surroundings } from '../command.ts';
import type { ContractOptions } from '../options/contract-options.ts';
import { bytesOf } from '../options/parse.ts';
import { readContract } from '../options/read-contract.ts';
import { platforms, type Answers, type Platform } from './answers.ts';
import type { InitOptions } from './init-options.ts';
import { Questions } from './questions.ts';
import type { startOf } from './seen.ts';

/** What the folder shows. */
export interface Shown {
  readonly platform: Exclude<Platform, 'none'> | undefined;
  readonly start: ReturnType<typeof startOf>;
  /** What the config that is there says of the contract; undefined where there is no config. */
  readonly promised: ContractOptions | undefined;
}

interface Found {
  readonly answers: Answers;
  /** What nobody said, and the option that says it. */
  readonly assumed: readonly (readonly [what: string, option: string])[];
}

const usualLaunch = './server {port}';
const nothing = 'none';
const unknown = 'auto-detected';

/** Asks nobody where the question is what the answer would be for. */
type Ask = <T>(question: string, usual: string, read: (answer: string) => T) => Promise<T>;

/** @throws {UsageError} when an answer cannot be used */
export async function findAnswers(
  options: InitOptions,
  surroundings: Surroundings,
  shown: Shown,
): Promise<Found> {
  const mayAsk = surroundings.canAsk === true && options.yes !== true;
  const questions = mayAsk ? new Questions(surroundings) : undefined;
  const ask: Ask = (question, usual, read) =>
    questions?.ask(question, usual, read) ?? Promise.resolve(read(usual));
  try {
    return await findAll(options, shown, ask, mayAsk);
  } finally {
    await questions?.end();
  }
}

async function findAll(
  options: InitOptions,
  { platform, start, promised }: Shown,
  ask: Ask,
  isAsked: boolean,
): Promise<Found> {
  const assumed: [string, string][] = [];
  const assume = (what: string, option: string): void => {
    if (!isAsked) assumed.push([what, option]);
  };
  const hasConfig = promised !== undefined;
  const launch = options.launch ?? (await launchOf(start?.launch, hasConfig, ask));
  if (options.launch === undefined && !hasConfig) {
    assume(`the server is started with ${launch}`, '--launch');
  }
  const given = { ...promised, ...contractPart(options) };
  const contract = given.contract ?? (hasConfig ? undefined : await contractBy(ask));
  if (contract === undefined && !hasConfig) assume('the contract is auto-detected', '--contract');
  const end = given.end ?? (hasConfig ? undefined : await endBy(ask));
  if (end === undefined && !hasConfig) assume('no word ends a conversation', '--end');
  const ci =
    options.ci ??
    platform ??
    (await ask('Where does CI run: github, gitlab or none?', nothing, platformIn));
  if (options.ci === undefined && platform === undefined) {
    assume('no CI workflow is wanted: the repository shows neither GitHub nor GitLab', '--ci');
  }
  const wantsRubric =
    options.rubric ?? (await ask('Write a rubric for grading a class, yes or no?', 'yes', yesOrNo));
  return {
    answers: {
      launch,
      build: start?.build,
      promised: {
        ...given,
        ...(contract === undefined ? {} : { contract }),
        ...(end === undefined ? {} : { end }),
      },
      platform: ci,
      from: options.from,
      wantsRubric,
    },
    assumed,
  };
}

async function launchOf(seen: string | undefined, hasConfig: boolean, ask: Ask): Promise<string> {
  const usual = seen ?? usualLaunch;
  if (hasConfig) return usual;
  return await ask('How is the server started? {port} becomes a free port.', usual, launchIn);
}

/** Where {port} is missing, the server would never hear which port is free. */
function launchIn(answer: string): string {
  if (answer.includes('{port}')) return answer;
  throw new UsageError(
    `There is no {port} in ${JSON.stringify(answer)}: write it where the port goes. For a port of the server's own, set port: in the config.`,
  );
}

const contractBy = (ask: Ask): Promise<string | undefined> =>
  ask(
    `What does the server promise: ${contracts.map(({ id }) => id).join(', ')}?`,
    unknown,
    (answer) => {
      if (answer === unknown) return undefined;
      readContract({ contract: answer });
      return answer;
    },
  );

const endBy = (ask: Ask): Promise<Buffer | undefined> =>
  ask('Which word ends a conversation?', nothing, (answer) => {
    if (answer === nothing) return undefined;
    try {
      return bytesOf(answer);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new UsageError(error.message, { cause: error });
    }
  });

function platformIn(answer: string): Platform {
  const named = platforms.find((one) => one === answer.toLowerCase());
  if (named !== undefined) return named;
  throw new UsageError(`Expected ${platforms.join(', ')}, not ${JSON.stringify(answer)}.`);
}

function yesOrNo(answer: string): boolean {
  if (/^y(es)?$/iu.test(answer)) return true;
  if (/^no?$/iu.test(answer)) return false;
  throw new UsageError(`Expected yes or no, not ${JSON.stringify(answer)}.`);
}

/** What the options say of the contract, and nothing else that they hold. */
function contractPart(options: ContractOptions): ContractOptions {
  const names = ['contract', 'end', 'endMatch', 'endUnreplied', 'endIgnoreCase', 'serves'] as const;
  const said = names.flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]] as const],
  );
  return Object.fromEntries(said);
}
