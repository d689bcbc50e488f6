// The default command: judge a server.
import type { Command } from 'commander';
import { nearestNames } from '../reporters/nearest-names.ts';
import type { RunOptions } from '../run.ts';
import { UsageError, type DefineCommand, type Surroundings } from './command.ts';
import {
  addContractOptions,
  contractWords,
  readContract,
  type ContractOptions,
} from './contract-options.ts';
import { collect, repeat, wholeNumber } from './parse.ts';
import {
  addTargetOptions,
  openTarget,
  shellLine,
  targetWords,
  type TargetOptions,
} from './target-options.ts';

interface JudgeOptions extends TargetOptions, ContractOptions {
  readonly only?: string[];
  readonly skip?: string[];
  readonly seed?: number;
  readonly cases?: number;
  readonly clients?: number;
  readonly timeout?: number;
  readonly timeLimit?: number;
  readonly jobs?: number;
  readonly strict?: boolean;
  readonly reporter?: string[];
}

const examples = `
Examples:
  conform --target localhost:9990                       find its contract, check everything
  conform --target :9990 --contract uppercase --end end
  conform --launch './server {port}' --contract echo    start it, watch its process too
  conform --launch 'python3 server.py' --port 9990
  conform -t 9990 --only half-close --seed 7            one family, the same payloads again
  conform -t 9990 --reporter pretty --reporter junit=report.xml

Exit status: 0 conforms, 1 does not, 2 wrong usage, 3 could not judge.
`;

export const defineJudge: DefineCommand = (program, surroundings, done) => {
  addJudgeOptions(program)
    .argument('[address]', 'the same as --target')
    .addHelpText('after', examples)
    .action(async (address: string | undefined, options: JudgeOptions) => {
      done(await judge(withAddress(options, address, program), surroundings));
    });
};

function addJudgeOptions(command: Command): Command {
  addContractOptions(addTargetOptions(command))
    .option('--only <pattern>', 'judge these behaviours or families only; repeatable', collect)
    .option('--skip <pattern>', 'leave these out; repeatable', collect)
    .option('--seed <number>', 'generate the same payloads again', wholeNumber(0, 2 ** 31 - 1))
    .option('--cases <number>', 'generated conversations a property (30)', wholeNumber(1, 100_000))
    .option('--clients <number>', 'clients in a crowd (1000)', wholeNumber(1, 60_000))
    .option('--timeout <ms>', 'wait for a reply that never showed (2000)', wholeNumber(50, 60_000))
    .option('--time-limit <s>', 'end the whole run after this long (28)', wholeNumber(1, 3600))
    .option('--jobs <number>', 'behaviours side by side, at the most (6)', wholeNumber(1, 64))
    .option('--strict', 'a broken should or may fails the run too')
    .option(
      '-r, --reporter <name[=file]>',
      'pretty, json, ndjson or junit, to a file or standard output; repeatable (pretty)',
      repeat,
    );
  return command;
}

async function judge(options: JudgeOptions, surroundings: Surroundings): Promise<number> {
  const target = await openTarget(options);
  const [{ conduct }, { select }, { behaviours }] = await Promise.all([
    import('./conduct.ts'),
    import('./select.ts'),
    import('../behaviours/behaviours.ts'),
  ]);
  const { only, skip, seed, cases, clients, timeout, timeLimit, jobs, strict } = options;
  const runOptions: RunOptions = {
    target,
    ...readContract(options),
    behaviours: select(behaviours, {
      ...(only === undefined ? {} : { only }),
      ...(skip === undefined ? {} : { skip }),
    }),
    ...(seed === undefined ? {} : { seed }),
    ...(cases === undefined ? {} : { cases }),
    ...(clients === undefined ? {} : { clients }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(timeLimit === undefined ? {} : { limitMs: timeLimit * 1000 }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(strict === undefined ? {} : { strict }),
    again: (id, usedSeed) => againLine(options, id, usedSeed),
  };
  return conduct(runOptions, options.reporter ?? [], surroundings);
}

/** The command that judges one behaviour again as this run did. */
function againLine(options: JudgeOptions, id: string, seed: number): string {
  const { cases, clients, timeout } = options;
  return shellLine([
    'conform',
    ...targetWords(options),
    ...contractWords(options),
    ...(cases === undefined ? [] : ['--cases', String(cases)]),
    ...(clients === undefined ? [] : ['--clients', String(clients)]),
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...['--only', id, '--seed', String(seed)],
  ]);
}

/** `conform localhost:9990` means `--target`; a misspelt sub-command lands here too. */
function withAddress(
  options: JudgeOptions,
  address: string | undefined,
  program: Command,
): JudgeOptions {
  if (address === undefined) return options;
  if (/[:\d]/.test(address)) {
    if (options.target === undefined) return { ...options, target: address };
    throw new UsageError(`Two targets were given: ${options.target} and ${address}.`);
  }
  const names = program.commands.map((command) => command.name());
  const [near] = nearestNames(address, names);
  const hint = near === undefined ? '' : ` Did you mean \`conform ${near}\`?`;
  throw new UsageError(
    `${JSON.stringify(address)} is neither a command (${names.join(', ')}) nor an address (HOST:PORT).${hint}`,
  );
}
