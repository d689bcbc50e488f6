// `conform gate`: a candidate may not break what a reference keeps.
import type { Contract } from '../../contracts/contract.ts';
import type { GateOutcome } from '../../gate/gate.ts';
import type { OutputPlace } from '../../files/place.ts';
import { mostSeed, randomSeed } from '../../events/seed.ts';
import {
  addBaselineOptions,
  openBaseline,
  type BaselineOptions,
} from '../options/baseline-options.ts';
import type { DefineCommand, Surroundings } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';
import { addContractOptions, type ContractOptions } from '../options/contract-options.ts';
import { openGivenPlace, refuseSharedPlace } from '../options/given-place.ts';
import { readGateTarget } from './gate-target.ts';
import { openRecorded } from './open-recorded.ts';
import { isApart, openerOf, progressOf } from './sides.ts';
import {
  addSelectionOptions,
  addSizeOptions,
  addTimeoutOption,
  againLine,
} from '../options/judge-options.ts';
import { helpGroups } from '../options/help-groups.ts';
import { wholeNumber } from '../options/parse.ts';
import {
  addReportOptions,
  readReportChoices,
  type ReportOptions,
} from '../options/report-options.ts';
import { runChoices, type RunChoices } from '../options/run-options.ts';
import {
  addSuiteOption,
  heldToSuite,
  namedOrInConfig,
  suiteOf,
  type SuiteOptions,
} from '../options/suite-option.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

interface GateOptions
  extends ContractOptions, ReportOptions, ConfigOptions, BaselineOptions, RunChoices, SuiteOptions {
  readonly reference: string;
  readonly candidate: string;
  readonly only?: string[];
  readonly skip?: string[];
  readonly reachable?: boolean;
  readonly seed?: number;
  readonly exact?: boolean;
  readonly json?: string;
}

const examples = `
A server is HOST:PORT, 'launch:./server {port}', build:FOLDER, image:NAME or
document:ID. A reference may also be recorded:FILE, which conform record wrote.

Examples:
  conform gate --reference 'launch:./old {port}' --candidate 'launch:./new {port}'
  conform gate --reference image:echo:1.4 --candidate build:.
  conform gate --reference :9990 --candidate :9991 -c uppercase --exact
  conform gate --reference :7 --candidate :9990 --json gate.json
  conform gate --reference recorded:reference.conform --candidate :9990

Exit status: 0 the candidate breaks nothing that the reference keeps, 1 it does,
2 wrong usage, 3 it could not be tested.
`;

/** As when a report of it was lost. */
const couldNotWrite = 3;

export const defineGate: DefineCommand = (program, surroundings, done) => {
  const command = program
    .command('gate')
    .description('fail a candidate server that breaks a promise the reference server keeps')
    .optionsGroup(helpGroups.what)
    .requiredOption('--reference <server>', 'the server to compare with')
    .requiredOption('--candidate <server>', 'the server that is to replace it');
  addTimeoutOption(
    addSuiteOption(addSelectionOptions(addContractOptions(command)))
      .optionsGroup(helpGroups.how)
      .option('--exact', 'any reproducible difference counts, even one outside the contract')
      .option('--strict', 'a "should" or "may" that only the candidate breaks counts too'),
  )
    .option('--time-limit <s>', 'end each run after this long (default: 28)', wholeNumber(1, 3600))
    .option(
      '--seed <number>',
      'generate the same payloads and conversations again',
      wholeNumber(0, mostSeed),
    );
  addReportOptions(command).option(
    '--json <file>',
    'the gate’s own result, described by gate.schema.json',
  );
  addConfigOption(addSizeOptions(addBaselineOptions(command)))
    .addHelpText('after', examples)
    .action(async (options: GateOptions) => {
      done(await runGate(options, surroundings));
    });
};

async function runGate(options: GateOptions, surroundings: Surroundings): Promise<number> {
  const config = await openConfig(options);
  const ids = config.behaviours.map(({ id }) => id);
  const recorded = await openRecorded(options, config, surroundings.signal);
  const reference =
    recorded === undefined ? await readGateTarget(options.reference, '--reference') : {};
  const candidate = await readGateTarget(options.candidate, '--candidate');
  const [{ select }, { readContract }, { promisedBy }, { gate }, { InvalidContainer }, baseline] =
    await Promise.all([
      import('../options/select.ts'),
      import('../options/read-contract.ts'),
      import('../options/open-document.ts'),
      import('../../gate/gate.ts'),
      import('../../../targets/container/invalid-container.ts'),
      openBaseline(options, ids, surroundings.signal),
    ]);
  const suite = await suiteOf(
    namedOrInConfig(options, config),
    { by: 'the baseline', name: baseline?.baseline.suite },
    { by: 'the record', name: recorded?.suite },
  );
  const behaviours = select(config.behaviours, options);
  await heldToSuite(suite, behaviours);
  const json = openJson(options, surroundings);
  const seed = recorded?.seed ?? options.seed ?? randomSeed();
  const named = suite === undefined ? {} : { suite: suite.name };
  const promised = await promisedBy({ ...options, ...reference });
  const outcome = await gate({
    reference: recorded?.reference ?? {
      role: 'reference',
      open: await openerOf(reference),
      isApart: isApart(reference),
    },
    candidate: {
      role: 'candidate',
      open: await openerOf(candidate),
      isApart: isApart(candidate),
    },
    run: {
      ...readContract(promised, config.contracts),
      behaviours,
      ...(suite === undefined ? {} : { suite }),
      ...runChoices(options),
    },
    seed,
    isExact: options.exact ?? false,
    ...(baseline === undefined ? {} : { baseline }),
    again: (ids, contract) =>
      againLine({ ...options, ...candidate, ...wordsOf(contract), ...named }, ids, seed),
    onProgress: progressOf(surroundings, 'gate'),
    signal: surroundings.signal,
  }).catch((error: unknown) => throwAsUsage(error, InvalidContainer));
  return await tellOutcome(outcome, { ...options, place: json }, ids, surroundings);
}

/** The contract as an ordinary run is told of it. */
function wordsOf({ id, ending, serves }: Contract): ContractOptions {
  return {
    contract: id,
    serves,
    ...(ending === null
      ? {}
      : {
          end: ending.word,
          endMatch: ending.match,
          endUnreplied: !ending.replied,
          endIgnoreCase: ending.ignoresCase,
        }),
  };
}

/** Seen to before anything is judged: the result must not be lost at the end. */
function openJson(
  { json, reporter = [] }: GateOptions,
  surroundings: Surroundings,
): OutputPlace | undefined {
  if (json === undefined) return undefined;
  refuseSharedPlace('--json', json, reporter);
  return openGivenPlace(json, surroundings, { what: 'the result' });
}

async function tellOutcome(
  { result, events }: GateOutcome,
  options: GateOptions & { readonly place: OutputPlace | undefined },
  ids: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { write, writeError } = surroundings;
  const specs = options.reporter ?? [];
  let exitCode: number = result.exitCode;
  if (specs.length > 0) {
    const [{ couldNotReport, handOver }, { Readable }, choices] = await Promise.all([
      import('../conduct.ts'),
      import('node:stream'),
      readReportChoices(options, ids, surroundings.signal),
    ]);
    const still = { ...surroundings, isTerminal: false };
    const { isLost } = await handOver(Readable.from(events), specs, still, choices);
    if (isLost && exitCode === 0) exitCode = couldNotReport;
  }
  const [{ gateText }, { inertJson }] = await Promise.all([
    import('../../gate/gate-text.ts'),
    import('../../text/escape.ts'),
  ]);
  if (options.place !== undefined) {
    try {
      options.place.write(`${inertJson(JSON.stringify(result, null, 2))}\n`);
      await options.place.finish(true);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      writeError(`conform: the result was not written to ${options.json ?? ''}: ${reason}\n`);
      if (exitCode === 0) exitCode = couldNotWrite;
    }
  }
  // A report on standard output is to be read by a program: nothing else stands there then.
  const say = specs.some((spec) => !spec.includes('=')) ? writeError : write;
  say(gateText(result, events, surroundings));
  return exitCode;
}
