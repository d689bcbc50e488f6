// The command line in this process: alone reads argv, writes standard output and error. It
// listens to signals before the commands are loaded, which takes a while on a busy machine.
import type { Surroundings } from './command.ts';
import { writtenAnswer } from './answers.ts';
import { compileLate } from '../program/late-compiling.ts';
import { ProcessEnd } from '../program/process-end.ts';
import { takesLinks } from '../text/takes-links.ts';
import { untilAborted } from '../program/until-aborted.ts';

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
  canAsk: isTerminal && process.stdin.isTTY,
  useColour,
  hasLinks: isTerminal && useColour && takesLinks(env),
  columns: stdout.columns > 0 ? stdout.columns : 100,
  ...(stdout.rows > 0 ? { rows: stdout.rows } : {}),
  environment: env,
  signal: end.signal,
};

/** Where a trace is to go. What we start is not to write one of its own over it: `conform serve`, say. */
function takeTraceFile(): string {
  const file = env['CONFORM_TRACE'] ?? '';
  delete env['CONFORM_TRACE'];
  return file;
}

async function run(): Promise<number> {
  const words = process.argv.slice(2);
  const answer = writtenAnswer(words, stdout.isTTY ? stdout.columns : undefined);
  if (answer !== undefined) {
    surroundings.write(answer);
    return 0;
  }
  compileLate();
  const traceFile = takeTraceFile();
  if (traceFile !== '') {
    const { traceInto } = await import('../program/trace-file.ts');
    try {
      traceInto(traceFile);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      surroundings.writeError(`conform: CONFORM_TRACE: ${reason}\n`);
      return 2;
    }
  }
  const { runProgram } = await import('./program.ts');
  end.signal.throwIfAborted();
  return await runProgram(surroundings, words);
}

run().then(
  (status) => end.exit(status),
  (error: unknown) => end.exitBy(error),
);
