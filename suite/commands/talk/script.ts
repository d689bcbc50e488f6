// Plays scripts: conversations that somebody wrote, held against a server and reported like a run.
import { helpGroups } from '../options/help-groups.ts';
import { basename, resolve } from 'node:path';
import type { NamedScript } from '../../scripts/judge-script.ts';
import { parseWrittenJson } from '../../files/written-json.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { readGivenOrInput, standardInput } from '../options/given-file.ts';
import { repeat, wholeNumber } from '../options/parse.ts';
import {
  addTargetOptions,
  openTarget,
  shellLine,
  targetWords,
  type TargetOptions,
} from '../options/target-options.ts';

interface ScriptOptions extends TargetOptions {
  readonly reporter?: string[];
  readonly timeout: number;
  readonly timeLimit: number;
}

const usualTimeoutMs = 2000;
const usualTimeLimitSeconds = 60;

const help = `
A script is a conversation as data, made of the steps send, expect, expect-end,
half-close, reset, pause, repeat and connect. clients/README.md describes them.

Examples:
  conform script hello.json --target localhost:9990
  conform script *.json -t 9990 --reporter junit=scripts.xml
  conform script made.mjs -t 9990               a module that exports \`script\`
  conform script - -t 9990 < hello.json

Exit status: 0 the server followed all scripts, 1 it did not, 2 wrong usage
or no script, 3 it could not be tested.
`;

export const defineScript: DefineCommand = (program, surroundings, done) => {
  addTargetOptions(
    program
      .command('script')
      .description('play your own conversations: scripts as JSON, or from a module')
      .argument('<file...>', 'JSON, a module (.mjs, .js), or - for standard input'),
  )
    .optionsGroup(helpGroups.how)
    .option(
      '--timeout <ms>',
      'how long to wait for a missing reply',
      wholeNumber(50, 60_000),
      usualTimeoutMs,
    )
    .option(
      '--time-limit <s>',
      'stop a script after this long',
      wholeNumber(1, 3600),
      usualTimeLimitSeconds,
    )
    .optionsGroup(helpGroups.output)
    .option(
      '-r, --reporter <name[=file]>',
      'write a report, as for a run; repeatable (default: pretty)',
      repeat,
    )
    .addHelpText('after', help)
    .action(async (files: string[], options: ScriptOptions) => {
      done(await script(files, options, surroundings));
    });
};

async function script(
  files: readonly string[],
  options: ScriptOptions,
  surroundings: Surroundings,
): Promise<number> {
  const scripts: NamedScript[] = [];
  for (const file of files) scripts.push(...(await scriptsIn(file, surroundings)));
  refuseSharedNames(scripts);
  const target = await openTarget(options);
  const [{ tell }, { endedInTime }, { runScripts }] = await Promise.all([
    import('../conduct.ts'),
    import('../../program/ended-in-time.ts'),
    import('../../scripts/run-scripts.ts'),
  ]);
  const happening = runScripts({
    target,
    scripts,
    timeoutMs: options.timeout,
    limitMs: options.timeLimit * 1000,
    signal: surroundings.signal,
    again: ({ source }) => shellLine(['conform', 'script', source, ...targetWords(options)]),
  });
  return tell(endedInTime(happening, surroundings.signal), options.reporter ?? [], surroundings);
}

/** The scripts in one file: JSON holds one, a module may export a list of them. */
async function scriptsIn(file: string, surroundings: Surroundings): Promise<NamedScript[]> {
  const { readScript, InvalidScript } =
    await import('../../../clients/conversation/script/read-script.ts');
  const values = /\.m?js$/u.test(file)
    ? await exported(file)
    : [parsed(file, await readGivenOrInput(file, surroundings))];
  return values.map((value, index) => {
    try {
      const read = readScript(value);
      return { script: read, source: file, name: read.name ?? nameOf(file, index, values.length) };
    } catch (error) {
      if (!(error instanceof InvalidScript)) throw error;
      const which = values.length > 1 ? `, script ${index + 1} of ${values.length}` : '';
      throw new UsageError(`${file}${which}: ${error.message}`, { cause: error });
    }
  });
}

async function exported(file: string): Promise<readonly unknown[]> {
  const { importModule, ModuleUnreadable } = await import('../../config/import-module.ts');
  const value = await importModule(
    resolve(file),
    (module) => module['script'] ?? module['scripts'] ?? module['default'],
  ).catch((cause: unknown) => {
    if (!(cause instanceof ModuleUnreadable)) throw cause;
    throw new UsageError(`Cannot load ${file}: ${cause.message}`, { cause });
  });
  if (value === undefined) {
    throw new UsageError(`${file} exports no script: write \`export const script = { … }\`.`);
  }
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function parsed(file: string, text: string): unknown {
  try {
    return parseWrittenJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read as JSON: ${reason}`, { cause: error });
  }
}

/** A file's name as a script's: `My greeting.json` is `my-greeting`. */
function nameOf(file: string, index: number, count: number): string {
  const stem = file === standardInput ? 'standard-input' : basename(file).replace(/\.\w+$/u, '');
  const name = stem
    .toLowerCase()
    .replace(/[^a-z\d]+/gu, '-')
    .replace(/^-|-$/gu, '')
    .slice(0, 70);
  return `${name || 'script'}${count > 1 ? `-${index + 1}` : ''}`;
}

/** Two entries of one name could not be told apart in any report. */
function refuseSharedNames(scripts: readonly NamedScript[]): void {
  const sources = new Map<string, string>();
  for (const { name, source } of scripts) {
    const other = sources.get(name);
    if (other !== undefined) {
      throw new UsageError(
        `The scripts of ${other} and ${source} are both named ${name}: give one another "name".`,
      );
    }
    sources.set(name, source);
  }
}
