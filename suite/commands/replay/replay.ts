import { helpGroups } from '../options/help-groups.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Given } from '../../behaviours/given.ts';
import type { Replay } from '../../payloads/token.ts';
import { UsageError, type DefineCommand, type Surroundings } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';
import { collect, repeat } from '../options/parse.ts';
import { addDetailOptions, detailOf, type ReportOptions } from '../options/report-options.ts';
import {
  addTargetOptions,
  openTarget,
  shellLine,
  targetWords,
  type TargetOptions,
} from '../options/target-options.ts';
import { throwAsUsage } from '../options/wrong-usage.ts';

interface ReplayOptions
  extends TargetOptions, ConfigOptions, Pick<ReportOptions, 'reporter' | 'verbose' | 'quiet'> {
  readonly only?: string[];
}

const examples = `
Examples:
  conform replay c1.Zpc… --target localhost:9990
  conform replay report.json -t 9990        all failures of a saved report
  conform replay report.ndjson --only payload -l './server {port}'

Exit status: 1 it still fails, 0 it does not, 2 wrong usage, 3 it could not be
replayed.
`;

export const defineReplay: DefineCommand = (program, surroundings, done) => {
  const command = addConfigOption(
    addTargetOptions(
      program
        .command('replay')
        .description('replay a failing conversation: exit 1 if it still fails, 0 if not')
        .argument(
          '<token-or-file>',
          'the token shown under a failure, or a saved JSON or NDJSON report',
        ),
    ),
  );
  addDetailOptions(command)
    .optionsGroup(helpGroups.what)
    .option(
      '--only <pattern>',
      'only these behaviours or families of a report; repeatable',
      collect,
    )
    .optionsGroup(helpGroups.output)
    .option('-r, --reporter <name[=file]>', 'write a report, as for a run; repeatable', repeat)
    .addHelpText('after', examples)
    .action(async (what: string, options: ReplayOptions) => {
      done(await replay(what, options, surroundings));
    });
};

async function replay(
  what: string,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<number> {
  const all = await replaysOf(what, surroundings.signal);
  const [{ conduct }, { select }, { choose }, config] = await Promise.all([
    import('../conduct.ts'),
    import('../options/select.ts'),
    import('../../contracts/choice.ts'),
    openConfig(options),
  ]);
  const known = config.behaviours.filter(({ id }) => all.some((one) => one.behaviour === id));
  const missing = all.find(
    ({ behaviour }) => !config.behaviours.some(({ id }) => id === behaviour),
  );
  if (missing !== undefined) throw new UsageError(unknownHere('behaviour', missing.behaviour));
  // A pattern that names no behaviour at all is a slip of the hand, and is told as such.
  const { only } = options;
  const named = only === undefined ? config.behaviours : select(config.behaviours, { only });
  const chosen = known.filter((one) => named.includes(one));
  const replays = all.filter(({ behaviour }) => chosen.some(({ id }) => id === behaviour));
  const [first] = replays;
  if (first === undefined) throw new UsageError(nothingToReplay(what, known, only));
  const contract = choose(first.contract, config.contracts);
  if (contract === undefined) throw new UsageError(unknownHere('contract', first.contract.id));
  const { config: file } = options;
  const again = shellLine([
    ...['conform', 'replay', what],
    ...targetWords(options),
    ...(file === undefined ? [] : ['--config', file]),
  ]);
  return conduct(
    {
      target: await openTarget(options),
      contract,
      serves: contract.serves,
      behaviours: chosen,
      seed: first.seed,
      givens: givensOf(chosen, replays),
      again: (ids) =>
        all.length > 1 ? [again, ...ids.map((id) => `--only ${id}`)].join(' ') : again,
    },
    options.reporter ?? [],
    surroundings,
    { takesSeed: false, ...detailOf(options) },
  );
}

function nothingToReplay(
  what: string,
  known: readonly Behaviour[],
  only: readonly string[] = [],
): string {
  if (known.length === 0) return `${what} contains no failures: there is nothing to replay.`;
  const ids = known.map(({ id }) => id).join(', ');
  return `${what} contains no failures of ${only.join(', ')}. These failed: ${ids}.`;
}

/** What of a config is needed to understand a token. */
export function unknownHere(what: 'contract' | 'behaviour', id: string): string {
  return (
    `The token refers to the ${what} ${id}, which is unknown here. ` +
    `If it is one of your own, give the config file that declares it: --config FILE.`
  );
}

/**
 * What a token, or the failures of a saved report, say.
 * @throws {UsageError} when it is neither
 */
export async function replaysOf(what: string, signal: AbortSignal): Promise<Replay[]> {
  const [{ decodeToken, InvalidToken, tokenPrefix }, { readFailures }] = await Promise.all([
    import('../../payloads/token.ts'),
    import('./saved-failures.ts'),
  ]);
  const tokens = what.startsWith(tokenPrefix)
    ? [what]
    : (await readFailures(what, signal)).map(({ verdict }) => verdict.again.token);
  try {
    // A failure that no conversation shows has none: that the server went away in between.
    return tokens.filter((token) => token !== '').map(decodeToken);
  } catch (error) {
    throwAsUsage(error, InvalidToken);
  }
}

function givensOf(chosen: readonly Behaviour[], replays: readonly Replay[]): Map<string, Given> {
  return new Map(
    chosen.flatMap(({ id }) => {
      const given = replays.find(({ behaviour }) => behaviour === id)?.given;
      return given === undefined ? [] : [[id, given] as const];
    }),
  );
}
