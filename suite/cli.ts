#!/usr/bin/env node
// The command line: alone reads argv, writes standard output and error, and sets the exit status.
import { Command, CommanderError } from 'commander';
import { UsageError, type Surroundings } from './commands/command.ts';
import { defineClient } from './commands/client.ts';
import { defineCompletion } from './commands/completion.ts';
import { defineDemo } from './commands/demo.ts';
import { defineExplain } from './commands/explain.ts';
import { defineGate } from './commands/gate.ts';
import { defineGrade } from './commands/grade.ts';
import { defineJudge } from './commands/judge.ts';
import { defineList } from './commands/list.ts';
import { defineMerge } from './commands/merge.ts';
import { defineReplay } from './commands/replay.ts';
import { defineReport } from './commands/report.ts';
import { defineScript } from './commands/script.ts';
import { defineRepro } from './commands/repro.ts';
import { defineServe } from './commands/serve.ts';
import { ProcessEnd } from './process-end.ts';
import { untilAborted } from './until-aborted.ts';
import { version } from './version.ts';

const wrongUsage = 2;

const { stdout, stderr, env } = process;
const isDumb = env['TERM'] === 'dumb';
const isTerminal = stdout.isTTY && !isDumb && env['CI'] === undefined;
const end = new ProcessEnd(isTerminal);

/** NO_COLOR (no-color.org) and FORCE_COLOR overrule what the terminal says. */
const useColour =
  (env['NO_COLOR'] ?? '') === '' &&
  ((env['FORCE_COLOR'] ?? '0') !== '0' || (stdout.isTTY && !isDumb));

const surroundings: Surroundings = {
  write: (text) => {
    if (!end.isOutputLost) stdout.write(text);
  },
  writeError: (text) => void stderr.write(text),
  input: {
    // Not touched before it is asked for: a terminal's input would keep the process alive.
    [Symbol.asyncIterator]: () => untilAborted(process.stdin, end.signal),
  },
  isTerminal,
  useColour,
  columns: stdout.columns > 0 ? stdout.columns : 100,
  signal: end.signal,
};

let exitCode = 0;
const done = (status: number): void => void (exitCode = status);

const program = new Command('conform')
  .description('Judges a TCP echo or uppercase server: which promises it keeps, which it breaks.')
  .version(version, '-V, --version')
  .exitOverride()
  .showHelpAfterError('(`conform --help` shows the options)')
  .configureOutput({ writeOut: surroundings.write, writeErr: surroundings.writeError })
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

/** The exit status of the command, when it has ended. */
async function run(): Promise<number> {
  try {
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
    if (!(error instanceof UsageError)) throw error;
    surroundings.writeError(`conform: ${error.message}\n`);
    return wrongUsage;
  }
}

run().then(
  (status) => end.exit(status),
  (error: unknown) => end.exitBy(error),
);
