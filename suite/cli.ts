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
import { version } from './version.ts';

const wrongUsage = 2;
const couldNotJudge = 3;

const stop = new AbortController();
const { stdout, stderr, env } = process;

/** NO_COLOR (no-color.org) and FORCE_COLOR overrule what the terminal says. */
const useColour =
  (env['NO_COLOR'] ?? '') === '' &&
  ((env['FORCE_COLOR'] ?? '0') !== '0' || (stdout.isTTY && env['TERM'] !== 'dumb'));

let isOutputLost = false;
let isReportLost = false;
const surroundings: Surroundings = {
  write: (text) => {
    if (!isOutputLost) stdout.write(text);
  },
  writeError: (text) => void stderr.write(text),
  input: {
    // Not touched before it is asked for: a terminal's input would keep the process alive.
    [Symbol.asyncIterator]: () => {
      const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      return {
        next: () => chunks.next(),
        // The iterator's own return() waits for a read that may never end.
        return: () => {
          process.stdin.destroy();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  },
  isTerminal: stdout.isTTY && env['TERM'] !== 'dumb' && env['CI'] === undefined,
  useColour,
  columns: stdout.columns > 0 ? stdout.columns : 100,
  signal: stop.signal,
};

stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (isOutputLost) return;
  isOutputLost = true;
  if (code === 'EPIPE') {
    // `conform … | head`: when nobody reads any more, the run ends in good order.
    stop.abort(new Error('nobody reads the output'));
    return;
  }
  // A full disk: other reports are still written, but what was lost is told.
  surroundings.writeError(`conform: standard output cannot be written: ${message}\n`);
  isReportLost = true;
  done(Number(process.exitCode ?? 0));
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one is meant: what was started is still stopped by the exit.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error(`stopped by ${signal}`));
  });
}

/** Whoever lost the output must not take it for a run that went well. */
const done = (exitCode: number): void => {
  process.exitCode = exitCode === 0 && isReportLost ? couldNotJudge : exitCode;
};

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

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version are no errors.
    done(error.exitCode === 0 ? 0 : wrongUsage);
  } else if (error instanceof UsageError) {
    surroundings.writeError(`conform: ${error.message}\n`);
    process.exitCode = wrongUsage;
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    surroundings.writeError(`conform failed; please report this: ${text}\n`);
    process.exitCode = couldNotJudge;
  }
}
