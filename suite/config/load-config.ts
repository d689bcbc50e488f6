// Reads the config file. A config in JavaScript is code, and runs with all that conform may do.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Behaviour } from '../behaviours/behaviour.ts';
import { everyBehaviour as ourBehaviours } from '../behaviours/behaviours.ts';
import type { Contract } from '../contracts/contract.ts';
import { contracts as ourContracts } from '../contracts/contracts.ts';
import { importModule, thrownWords } from './import-module.ts';
import { nearestNames } from '../text/nearest-names.ts';
import { mostBytes, readWhole, TooLarge } from '../files/read-whole.ts';
import { whyUnreadable } from '../files/unreadable.ts';
import { parseWrittenJson } from '../files/written-json.ts';
import type { Config } from './config.ts';
import { configNames } from './config-names.ts';
import { readBehaviour } from './define-behaviour.ts';
import { readContract } from './define-contract.ts';
import { InvalidDeclaration, Mistakes } from './mistakes.ts';

/**
 * The config in `file`, or the one in `folder` when it is undefined; without one, just what is ours.
 * @throws {InvalidDeclaration} when it cannot be read or something in it is wrong
 */
export async function loadConfig(
  file: string | undefined,
  folder: string = process.cwd(),
): Promise<Config> {
  const path =
    file === undefined
      ? configNames.map((name) => resolve(folder, name)).find((candidate) => existsSync(candidate))
      : resolve(folder, file);
  if (path === undefined) {
    return { file: path, options: {}, contracts: ourContracts, behaviours: ourBehaviours };
  }
  const mistakes = new Mistakes();
  const value = mistakes.object('', await read(path));
  if (value === undefined) {
    mistakes.throwIfAny(path);
    throw new InvalidDeclaration(path);
  }
  const { contracts, behaviours, ...options } = value;
  const own = {
    contracts: readContracts(mistakes, contracts),
    behaviours: readBehaviours(mistakes, behaviours),
  };
  mistakes.throwIfAny(path);
  return {
    file: path,
    options,
    contracts: [...ourContracts, ...own.contracts],
    behaviours: [...ourBehaviours, ...own.behaviours],
  };
}

const howToLink =
  'Run `npm link` in the folder that conform was cloned to (once), and then `npm link conform` beside the config.';

async function read(path: string): Promise<unknown> {
  const status = await stat(path).catch((cause: unknown) => {
    const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isAbsent
      ? `There is no config file ${path}.`
      : `${path} cannot be read: ${whyUnreadable(cause)}.`;
    throw new InvalidDeclaration(what, { cause });
  });
  // Of a pipe the end may never come, and no signal is heard while Node waits for it.
  if (!status.isFile()) {
    throw new InvalidDeclaration(`${path} is not a file, and a config must be one.`);
  }
  if (status.size > mostBytes) {
    throw new InvalidDeclaration(`${path} cannot be read: ${whyUnreadable(new TooLarge())}.`);
  }
  if (path.endsWith('.json')) return await readJson(path);
  try {
    const value = await importModule(path, (module) => module['default']);
    if (value !== undefined) return value;
  } catch (error) {
    const what = thrownWords(error);
    const advice = what.startsWith("Cannot find package 'conform'") ? `. ${howToLink}` : '';
    throw new InvalidDeclaration(`${path} cannot be read: ${what}${advice}`, { cause: error });
  }
  throw new InvalidDeclaration(
    `${path} has no default export: write export default defineConfig({ … }).`,
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = await readWhole(path).catch((cause: unknown) => {
    throw new InvalidDeclaration(`${path} cannot be read: ${whyUnreadable(cause)}.`, { cause });
  });
  try {
    return parseWrittenJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidDeclaration(`${path} cannot be read: ${error.message}`, { cause: error });
  }
}

function readContracts(mistakes: Mistakes, value: unknown): Contract[] {
  const taken = new Set(ourContracts.map(({ id }) => id));
  return mistakes.list('contracts', value).flatMap((one, index) => {
    const path = `contracts[${index}]`;
    const contract = readContract(mistakes, path, one);
    if (contract === undefined) return [];
    if (taken.has(contract.id)) mistakes.add(`${path}.id`, `${contract.id} is taken already`);
    taken.add(contract.id);
    return [contract];
  });
}

function readBehaviours(mistakes: Mistakes, value: unknown): Behaviour[] {
  const ourFamilies = new Set(ourBehaviours.map(({ family }) => family));
  const taken = new Set<string>();
  const own = mistakes.list('behaviours', value).flatMap((one, index) => {
    const path = `behaviours[${index}]`;
    const mistakesHere = new Mistakes();
    const behaviour = readBehaviour(mistakesHere, path, one);
    mistakes.take(mistakesHere);
    if (behaviour === undefined) return [];
    const { id, family } = behaviour;
    if (ourFamilies.has(family)) {
      mistakes.add(`${path}.id`, `${family} is a built-in family: choose another name`);
    }
    if (taken.has(id)) mistakes.add(`${path}.id`, `${id} is taken already`);
    taken.add(id);
    return [{ path, behaviour }];
  });
  const ids = [...ourBehaviours.map(({ id }) => id), ...taken];
  for (const { path, behaviour } of own) {
    for (const [index, need] of behaviour.needs.entries()) {
      if (ids.includes(need) && need !== behaviour.id) continue;
      const [near] = nearestNames(need, ids);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      const what =
        need === behaviour.id ? 'it depends on itself.' : `there is no behaviour ${need}.${hint}`;
      mistakes.add(`${path}.needs[${index}]`, what);
    }
  }
  return own.map(({ behaviour }) => behaviour);
}
