// All commands as one program.
import { Command, CommanderError } from 'commander';
import { UsageError, type Surroundings } from '../commands/command.ts';
import { defineClient } from '../commands/client.ts';
import { defineCompletion } from '../commands/completion/completion.ts';
import { defineDemo } from '../commands/demo.ts';
import { defineExplain } from '../commands/explain/explain.ts';
import { defineGate } from '../commands/gate/gate.ts';
import { defineGrade } from '../commands/grade/grade.ts';
import { defineJudge } from '../commands/judge.ts';
import { defineList } from '../commands/list.ts';
import { defineMerge } from '../commands/merge/merge.ts';
import { defineReplay } from '../commands/replay/replay.ts';
import { defineReport } from '../commands/report.ts';
import { defineScript } from '../commands/script.ts';
import { defineRepro } from '../commands/replay/repro.ts';
import { defineServe } from '../commands/serve.ts';
import { couldNotJudge } from './process-end.ts';
import { message } from '../text/escape.ts';
import { systemFault } from './system-fault.ts';
import { version } from '../version.ts';

const wrongUsage = 2;

/** The program with all of its commands; `done` takes the exit status when an action has ended. */
export function defineProgram(
  surroundings: Surroundings,
  done: (exitCode: number) => void,
): Command {
  const program = new Command('conform')
    .description('Judges a TCP echo or uppercase server: which promises it keeps, which it breaks.')
    .version(version, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(`conform --help` shows the options)')
    .configureOutput({
      writeOut: surroundings.write,
      writeErr: (text) => {
        surroundings.writeError(message(text));
      },
    })
    .enablePositionalOptions();

  defineJudge(program, surroundings, done);
  for (const define of [
    defineList,
    defineExplain,
    defineDemo,
    defineServe,
    defineReplay,
    defineRepro,
    defineCompletion,
    defineReport,
    defineScript,
    defineClient,
    defineGate,
    defineGrade,
    defineMerge,
  ]) {
    define(program, surroundings, done);
  }
  return program;
}

/**
 * Runs the command that argv names.
 * @returns the exit status; 2 when it cannot be done as asked, which has been told then
 */
export async function runProgram(surroundings: Surroundings): Promise<number> {
  let exitCode = 0;
  const program = defineProgram(surroundings, (status) => void (exitCode = status));

  try {
    await program.parseAsync();
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
