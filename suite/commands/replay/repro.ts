import { helpGroups } from '../options/help-groups.ts';
import type { Config } from '../../config/config.ts';
import type { FailureFacts } from '../../evidence/failure-facts.ts';
import type { ScriptLanguage } from '../../evidence/scripts/script.ts';
import type { Replay } from '../../payloads/token.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';
import { addContractOptions, type ContractOptions } from '../options/contract-options.ts';
import { replaysOf, unknownHere } from './replay.ts';
import type { SavedFailure } from './saved-failures.ts';
import {
  addTargetOptions,
  openTarget,
  targetWords,
  type TargetOptions,
} from '../options/target-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

interface ReproOptions extends TargetOptions, ContractOptions, ConfigOptions {
  readonly as: ScriptLanguage['name'];
  readonly from?: string;
  readonly output?: string;
}

const examples = `
Examples:
  conform repro payload/nul-bytes --as python --from report.json > repro.py
  conform repro payload/nul-bytes --as node --target localhost:9990 -o repro.mjs
  conform repro c1.Zpc… --as sh > repro.sh

  python3 repro.py localhost 9990    exit 1 if the server still fails, 0 if not,
                                     3 if it cannot be reached
`;

export const defineRepro: DefineCommand = (program, surroundings, done) => {
  const command = program
    .command('repro')
    .description('write a stand-alone script that reproduces one failure')
    .argument('<id-or-token>', 'a behaviour that failed, or the token shown under a failure');
  addConfigOption(addContractOptions(addTargetOptions(command)))
    .optionsGroup(helpGroups.output)
    .addOption(
      command
        .createOption('--as <language>', 'the language of the script')
        .choices(['python', 'node', 'sh'])
        .default('python'),
    )
    .optionsGroup(helpGroups.what)
    .option('--from <report>', 'the saved JSON or NDJSON report with the failure')
    .optionsGroup(helpGroups.output)
    .option('-o, --output <file>', 'where to write the script (default: standard output)')
    .addHelpText('after', examples)
    .action(async (what: string, options: ReproOptions) => {
      done(await repro(what, options, surroundings));
    });
};

async function repro(
  what: string,
  options: ReproOptions,
  surroundings: Surroundings,
): Promise<number> {
  const [config, { languages }, { tellStory }, { NotTellable }] = await Promise.all([
    openConfig(options),
    import('../../evidence/scripts/languages.ts'),
    import('../../evidence/tell-story.ts'),
    import('../../evidence/story.ts'),
  ]);
  const facts = await factsOf(what, options, config, surroundings.signal);
  const language = await languages[options.as]();
  try {
    await deliver(language.write(tellStory(facts)), options.output, surroundings);
  } catch (error) {
    throwAsUsage(error, NotTellable);
  }
  return 0;
}

async function deliver(
  script: string,
  file: string | undefined,
  surroundings: Surroundings,
): Promise<void> {
  if (file === undefined) {
    surroundings.write(script);
    return;
  }
  const { openGivenPlace } = await import('../options/given-place.ts');
  const place = openGivenPlace(file, surroundings, { what: 'the script', mode: 0o755 });
  place.write(script);
  try {
    await place.finish(true);
  } catch (error) {
    throw new UsageError(`Cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function factsOf(
  what: string,
  options: ReproOptions,
  config: Config,
  signal: AbortSignal,
): Promise<FailureFacts> {
  const { tokenPrefix } = await import('../../payloads/token.ts');
  if (what.startsWith(tokenPrefix)) {
    const [replay] = await replaysOf(what, signal);
    if (replay === undefined) throw new UsageError('The token is empty.');
    const failure = await sought(replay.behaviour, options, config, signal, replay);
    return facts(replay, failure, config, what);
  }
  if (!config.behaviours.some(({ id }) => id === what)) {
    const { nearestNames } = await import('../../text/nearest-names.ts');
    const near = nearestNames(
      what,
      config.behaviours.map(({ id }) => id),
    );
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new UsageError(`There is no behaviour ${JSON.stringify(what)}.${hint}`);
  }
  const failure = await sought(what, options, config, signal);
  if (failure === undefined) {
    throw new UsageError(
      `Where did ${what} fail? Give the saved report with the failure (--from report.json), the ` +
        'server (--target HOST:PORT or --launch COMMAND), or the token of the failure instead of the id.',
    );
  }
  const { token } = failure.verdict.again;
  const [replay] = token === '' ? [] : await replaysOf(token, signal);
  if (replay === undefined) {
    throw new UsageError(
      `${what} has no conversation of its own: it reports what happened to the server in others. ` +
        'Reproduce one of those: they are in the same report.',
    );
  }
  return facts(replay, failure, config, token);
}

/** The failure in the report, or of the server, that the options name; undefined when they name none. */
async function sought(
  id: string,
  options: ReproOptions,
  config: Config,
  signal: AbortSignal,
  replay?: Replay,
): Promise<SavedFailure | undefined> {
  if (options.from !== undefined) {
    const { readFailures } = await import('./saved-failures.ts');
    const failures = await readFailures(options.from, signal);
    const failure = failures.find((one) => one.id === id);
    if (failure !== undefined) return failure;
    const ids = failures.map((one) => one.id);
    const others = ids.length > 0 ? ` These failed: ${ids.join(', ')}.` : ' Nothing failed there.';
    throw new UsageError(`${id} did not fail in ${options.from}.${others}`);
  }
  if (targetWords(options).length === 0) return undefined;
  return judged(id, options, config, signal, replay);
}

/** Judges the server for this one behaviour: by the token's conversation where there is one. */
async function judged(
  id: string,
  options: ReproOptions,
  { behaviours, contracts }: Config,
  signal: AbortSignal,
  replay: Replay | undefined,
): Promise<SavedFailure> {
  const [{ run }, { summarise }, { readContract }, { choose }] = await Promise.all([
    import('../../engine/run.ts'),
    import('../../events/report.ts'),
    import('../options/read-contract.ts'),
    import('../../contracts/choice.ts'),
  ]);
  const target = await openTarget(options);
  const promised =
    replay === undefined
      ? readContract(options, contracts)
      : { contract: choose(replay.contract, contracts), serves: replay.contract.serves };
  const events = [];
  for await (const event of run({
    target,
    behaviours: behaviours.filter((one) => one.id === id),
    ...withoutGaps(promised),
    ...(replay === undefined ? {} : { seed: replay.seed }),
    ...(replay?.given === undefined ? {} : { givens: new Map([[id, replay.given]]) }),
    signal,
  })) {
    events.push(event);
  }
  const report = summarise(events);
  const verdict = report.behaviours.find((one) => one.id === id)?.verdict;
  if (verdict?.kind === 'failed') return { id, verdict };
  const why = verdict === undefined || verdict.kind === 'passed' ? '' : `: ${verdict.reason}`;
  const how = report.unreachable ?? `${id} ${verdict?.kind ?? 'was not tested'}${why}`;
  throw new UsageError(`${target.label} has no failure to reproduce. ${how}`);
}

/** Options that say nothing are left out: `undefined` is no value of theirs. */
function withoutGaps<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: Exclude<Options[Key], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof Options]?: Exclude<Options[Key], undefined> };
}

async function facts(
  { behaviour: id, contract: choice, seed, given }: Replay,
  failure: SavedFailure | undefined,
  config: Config,
  token: string,
): Promise<FailureFacts> {
  const { choose } = await import('../../contracts/choice.ts');
  const contract = choose(choice, config.contracts);
  if (contract === undefined) throw new UsageError(unknownHere('contract', choice.id));
  const requirement = config.behaviours.find((one) => one.id === id)?.requirement;
  if (requirement === undefined) throw new UsageError(unknownHere('behaviour', id));
  const verdict = failure?.verdict;
  return {
    behaviour: id,
    requirement,
    summary: verdict?.summary ?? 'the server failed this conversation',
    contract,
    seed,
    given,
    seen: verdict,
    token,
  };
}
