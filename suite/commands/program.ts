// All commands as one program.
import { Command, CommanderError } from 'commander';
import { UsageError, type DefineCommand, type Surroundings } from './command.ts';
import { defineClient } from './talk/client.ts';
import { defineComment } from './comment/comment.ts';
import { defineCompletion } from './completion/completion.ts';
import { defineDemo } from './demo.ts';
import { defineExplain } from './explain/explain.ts';
import { defineGate } from './gate/gate.ts';
import { defineGrade } from './grade/grade.ts';
import { defineInit } from './init/init.ts';
import { defineJudge } from './judge/judge.ts';
import { defineGradebook } from './gradebook/gradebook.ts';
import { defineList } from './list/list.ts';
import { helpGroups } from './options/help-groups.ts';
import { defineMerge } from './merge/merge.ts';
import { defineRecord } from './gate/record.ts';
import { defineReplay } from './replay/replay.ts';
import { defineReport } from './report.ts';
import { defineScript } from './talk/script.ts';
import { defineRepro } from './replay/repro.ts';
import { defineServe } from './serve/serve.ts';
import { couldNotJudge } from '../program/process-end.ts';
import { helpLayout } from './help-layout.ts';
import { message } from '../text/escape.ts';
import { systemFault } from '../program/system-fault.ts';
import { declaredWords, withoutColourWords } from './usual-words.ts';
import { version } from '../version.ts';

const wrongUsage = 2;

/** The sub-commands, under the headings of --help. */
const commandGroups: readonly (readonly [string, readonly DefineCommand[]])[] = [
  ['Commands to get started:', [defineDemo, defineInit, defineList, defineExplain, defineServe]],
  ['Commands for failures:', [defineReplay, defineRepro, defineReport]],
  [
    'Commands for CI and classes:',
    [defineGate, defineRecord, defineComment, defineGrade, defineMerge, defineGradebook],
  ],
  ['Other commands:', [defineScript, defineClient, defineCompletion]],
];

/** The program with all of its commands; `done` takes the exit status when an action has ended. */
export function defineProgram(
  surroundings: Surroundings,
  done: (exitCode: number) => void,
): Command {
  const program = new Command('conform')
    .description(
      'Tests a TCP echo or uppercase server: which promises it keeps, and which it breaks.',
    )
    .exitOverride()
    .configureHelp(helpLayout)
    .showHelpAfterError('(`conform --help` shows the options)')
    .configureOutput({
      writeOut: surroundings.write,
      writeErr: (text) => {
        surroundings.writeError(message(text));
      },
    })
    .enablePositionalOptions();

  defineJudge(program, surroundings, done);
  for (const [heading, commands] of commandGroups) {
    program.commandsGroup(heading);
    for (const define of commands) define(program, surroundings, done);
  }
  for (const command of [program, ...program.commands]) {
    command.optionsGroup(helpGroups.help).helpOption('-h, --help', 'show this help');
  }
  program.version(version, '-V, --version', 'show the version number (-v does, too)');
  program.helpCommand('help [command]', 'show the help of a command');
  return program;
}

/**
 * Runs the command that `words` name.
 * @param words what stands behind the name of the program
 * @returns the exit status; 2 when it cannot be done as asked, which has been told then
 */
export async function runProgram(
  surroundings: Surroundings,
  words: readonly string[],
): Promise<number> {
  let exitCode = 0;
  try {
    const { others, isColourless } = withoutColourWords(words);
    const around = isColourless
      ? { ...surroundings, useColour: false, hasLinks: false }
      : surroundings;
    const program = defineProgram(around, (status) => void (exitCode = status));
    const names = program.commands.map((command) => command.name());
    await program.parseAsync([...declaredWords(others, names)], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
    const fault = systemFault(error);
    if (!(error instanceof UsageError) && fault === undefined) throw error;
    surroundings.writeError(message(`conform: ${fault ?? (error as Error).message}\n`));
    return fault === undefined ? wrongUsage : couldNotJudge;
  }
}
