// The default command: test a server.
import type { Command } from 'commander';
import { message } from '../../text/escape.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Captures } from '../../evidence/captures/captures.ts';
import type { Config } from '../../config/config.ts';
import type { RunEvent } from '../../events/events.ts';
import type { FrozenSuite } from '../../frozen/frozen-suite.ts';
import { nearestNames } from '../../text/nearest-names.ts';
import type { RunOptions } from '../../engine/run.ts';
import { holdAgainst, openBaseline } from '../options/baseline-options.ts';
import { isInShard, type Shard } from '../../events/shard.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { configure } from '../options/config-option.ts';
import { documentLimitMs, everyDocument, promisedBy } from '../options/open-document.ts';
import { addJudgeOptions, againLine, type JudgeOptions } from '../options/judge-options.ts';
import { readReportChoices, type ReportChoices } from '../options/report-options.ts';
import { runChoices } from '../options/run-options.ts';
import { shardOf } from '../options/shard-option.ts';
import { heldToSuite, suiteOf } from '../options/suite-option.ts';
import { namesServer, openTarget } from '../options/target-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

const examples = `
Examples:
  conform --target localhost:9990          detect the contract, test everything
  conform --target :9990 --contract uppercase --end end
  conform -l './server {port}' -c echo     start the server, watch its process
  conform --launch 'python3 server.py' --port 9990
  conform --build ./student                build its Dockerfile, and run it
  conform --image echo:latest --port 7
  conform -t 9990 --only half-close        test one family of behaviours
  conform -l './server {port}' --watch     test again after each change
  conform -t 9990 --baseline known.yaml    known failures do not fail the run
  conform -t 9990 --pcap captures          failing conversations for Wireshark
  conform -t 9990 --reporter pretty --reporter junit=report.xml

Exit status: 0 the server conforms, 1 it does not, 2 wrong usage, 3 it could not
be tested, or a report could not be written completely.
`;

export const defineJudge: DefineCommand = (program, surroundings, done) => {
  addJudgeOptions(program)
    .argument('[address]', 'the same as --target')
    .allowExcessArguments()
    .addHelpText('after', examples)
    .action(async (address: string | undefined) => {
      refuseFurtherWords(program.args);
      const config = await configure(program);
      const options = withAddress(program.opts<JudgeOptions>(), address, program);
      done(await judge(options, config, surroundings));
    });
};

async function judge(
  options: JudgeOptions,
  config: Config,
  surroundings: Surroundings,
): Promise<number> {
  if (options.document === everyDocument) {
    const { judgeDocuments } = await import('../document/document-all.ts');
    return await judgeDocuments(options, surroundings);
  }
  if (options.list === true) {
    const read = await readFiles(options, config, surroundings);
    const prepared = await prepare(options, config, read);
    // What could not be tested is not listed as if it could.
    if (namesServer(options)) await openTarget(options);
    const { listed } = await import('./planned.ts');
    const counted = await heldToSuite(read.suite, prepared.behaviours ?? []);
    surroundings.write(listed(counted, prepared));
    return 0;
  }
  const judgeOnce = async (
    overhear: (event: RunEvent) => void,
    first: readonly string[] = [],
  ): Promise<number> => {
    const read = await readFiles(options, config, surroundings);
    const prepared = { ...(await prepare(options, config, read)), first };
    return await conductOnce(prepared, read, options, config, surroundings, overhear);
  };
  if (options.watch !== true) return judgeOnce(() => undefined);
  const { watch } = await import('../watch/watch.ts');
  return watch(options, judgeOnce, surroundings);
}

/** What stands in the files that the options name. */
interface FromFiles {
  readonly baseline: Awaited<ReturnType<typeof openBaseline>>;
  readonly choices: ReportChoices;
  /** The frozen suite that the run is held to, whoever names it. */
  readonly suite: FrozenSuite | undefined;
}

async function readFiles(
  options: JudgeOptions,
  { behaviours }: Config,
  { signal }: Surroundings,
): Promise<FromFiles> {
  const ids = behaviours.map(({ id }) => id);
  const baseline = await openBaseline(options, ids, signal);
  const namings = [
    { by: '--suite', name: options.suite },
    { by: 'the baseline', name: baseline?.baseline.suite },
  ];
  const choices = await readReportChoices(options, ids, signal, await suiteOf(...namings));
  const suite = await suiteOf(...namings, { by: 'the rubric', name: choices.rubric?.suite });
  return { baseline, choices, suite };
}

type Prepared = Omit<RunOptions, 'target'>;

/** What the options say of a run, but for the server. */
async function prepare(
  options: JudgeOptions,
  { behaviours, contracts }: Config,
  { choices, suite }: FromFiles,
): Promise<Prepared> {
  const [{ namedOnRequest, select }, { readContract }] = await Promise.all([
    import('../options/select.ts'),
    import('../options/read-contract.ts'),
  ]);
  const shard = shardOf(options);
  const { bail, seed } = options;
  const selected = select(behaviours, options, namedOnRequest(behaviours, choices.rubric));
  await heldToSuite(suite, selected);
  const naming = suite === undefined ? options : { ...options, suite: suite.name };
  return {
    ...readContract(await promisedBy(options), contracts),
    behaviours: partOf(shard, selected),
    ...(shard === undefined ? {} : { shard, seed: seedOfShards }),
    ...(bail === undefined ? {} : { bail: bail === true ? 1 : bail }),
    ...(seed === undefined ? {} : { seed }),
    ...(options.document === undefined ? {} : { limitMs: documentLimitMs }),
    ...runChoices(options),
    ...(suite === undefined ? {} : { suite }),
    again: (ids, usedSeed) => againLine(naming, ids, usedSeed),
  };
}

/** All parts have to generate the same; `--seed` gives another. */
const seedOfShards = 1;

function partOf(shard: Shard | undefined, all: readonly Behaviour[]): readonly Behaviour[] {
  if (shard === undefined) return all;
  const part = all.filter(({ id }) => isInShard(id, shard));
  if (part.length > 0) return part;
  throw new UsageError(
    `None of the ${all.length} behaviours belongs to part ${shard.index} of ${shard.count}: use fewer parts.`,
  );
}

/** One run, reported; returns the exit status. */
async function conductOnce(
  prepared: Prepared,
  { baseline, ...read }: FromFiles,
  options: JudgeOptions,
  config: Config,
  surroundings: Surroundings,
  overhear: (event: RunEvent) => void,
): Promise<number> {
  const [{ withOperator }, opened] = await Promise.all([
    import('./ask-operator.ts'),
    openTarget(options),
  ]);
  const target = withOperator(opened, prepared.contract, surroundings);
  const [{ tell }, { run }, { endedInTime }, captures] = await Promise.all([
    import('../conduct.ts'),
    import('../../engine/run.ts'),
    import('../../program/ended-in-time.ts'),
    openCaptures(options, config),
  ]);
  const choices = {
    ...read.choices,
    captureOf: (id: string) => captures?.fileOf(id),
  };
  const { signal } = surroundings;
  const known = baseline?.known ?? [];
  const judging = endedInTime(run({ ...prepared, known, target, signal }), signal);
  const running = holdAgainst(judging, baseline);
  const happening = overheard(running, (event) => {
    captures?.onEvent(event);
    overhear(event);
  });
  const exitCode = await tell(happening, options.reporter ?? [], surroundings, choices);
  if (captures?.outcome !== undefined) surroundings.writeError(message(`${captures.outcome}\n`));
  return exitCode;
}

async function* overheard(
  events: AsyncIterable<RunEvent>,
  hear: (event: RunEvent) => void,
): AsyncGenerator<RunEvent, void, undefined> {
  for await (const event of events) {
    hear(event);
    yield event;
  }
}

async function openCaptures(
  { pcap }: JudgeOptions,
  { contracts }: Config,
): Promise<Captures | undefined> {
  if (pcap === undefined) return undefined;
  const { Captures, CapturesUnavailable } = await import('../../evidence/captures/captures.ts');
  try {
    return new Captures(pcap, contracts);
  } catch (error) {
    throwAsUsage(error, CapturesUnavailable);
  }
}

/** `conform localhost 9990` is how other programs take an address. */
function refuseFurtherWords(words: readonly string[]): void {
  const [first = '', second, ...more] = words;
  if (second === undefined) return;
  if (more.length === 0 && /^:?\d+$/u.test(second) && !/:\d+$/u.test(first)) {
    throw new UsageError(
      `Host and port are joined by a colon: conform ${first.replace(/:$/u, '')}:${second.replace(/^:/u, '')}.`,
    );
  }
  throw new UsageError(
    `One address is expected, and ${words.length} words were given: ${words.join(' ')}. A command with parameters is one word in quotes, as in --launch './server {port}'.`,
  );
}

/** `conform localhost:9990` means `--target`; a misspelt sub-command lands here too. */
function withAddress(
  options: JudgeOptions,
  address: string | undefined,
  program: Command,
): JudgeOptions {
  if (address === undefined) return options;
  if (address.includes('{port}') && options.launch !== undefined) {
    throw new UsageError(
      `The command ends before ${address}: put it into quotes, as in --launch '${options.launch} ${address}'.`,
    );
  }
  // Full-width ones too: what is wrong with them is told where addresses are read.
  if (/[:\d]/u.test(address.normalize('NFKC'))) {
    if (options.target === undefined) return { ...options, target: address };
    if (/^:?\d+$/u.test(address) && !/:\d+$/u.test(options.target)) {
      throw new UsageError(
        `Host and port are joined by a colon: --target ${options.target}:${address.replace(/^:/u, '')}.`,
      );
    }
    throw new UsageError(`Two targets were given: ${options.target} and ${address}.`);
  }
  const names = program.commands.map((command) => command.name());
  const [near] = nearestNames(address, names);
  const hint = near === undefined ? '' : ` Did you mean \`conform ${near}\`?`;
  throw new UsageError(
    `${JSON.stringify(address)} is neither a command (${names.join(', ')}) nor an address (HOST:PORT).${hint}`,
  );
}
