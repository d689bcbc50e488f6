// All that can be said of a run on the command line, and the words that say it again.
import type { Command } from 'commander';
import { mostSeed } from '../../events/seed.ts';
import { addBaselineOptions, type BaselineOptions } from './baseline-options.ts';
import { addConfigOption, type ConfigOptions } from './config-option.ts';
import { addContractOptions, contractWords, type ContractOptions } from './contract-options.ts';
import { collect, optionalCount, wholeNumber } from './parse.ts';
import { addReportOptions, type ReportOptions } from './report-options.ts';
import type { RunChoices } from './run-options.ts';
import type { Selection } from './select.ts';
import { addTargetOptions, shellLine, targetWords, type TargetOptions } from './target-options.ts';

export interface JudgeOptions
  extends
    TargetOptions,
    ContractOptions,
    ReportOptions,
    ConfigOptions,
    BaselineOptions,
    RunChoices,
    Selection {
  readonly list?: boolean;
  readonly bail?: number | true;
  readonly watch?: boolean;
  readonly pcap?: string;
  readonly seed?: number;
  readonly shard?: string;
}

export function addJudgeOptions(command: Command): Command {
  const judging = addContractOptions(addTargetOptions(command, true))
    .option('--only <pattern>', 'judge these behaviours or families only; repeatable', collect)
    .option('--skip <pattern>', 'leave these out; repeatable', collect)
    .option('--grep <text>', 'those whose id or sentence holds this text, or matches this /regex/')
    .option('--list', 'show what would be judged, and judge nothing')
    .option('--bail [failures]', 'stop after the first failure, or after so many', optionalCount)
    .option('--watch', 'judge again when files change, or when the server was started again')
    .option('--pcap <folder>', 'write each failing conversation there, as pcapng for Wireshark')
    .option('--seed <number>', 'generate the same payloads again', wholeNumber(0, mostSeed))
    .option('--cases <number>', 'generated conversations a property (30)', wholeNumber(1, 100_000))
    .option('--clients <number>', 'clients in a crowd (1000)', wholeNumber(1, 60_000))
    .option('--timeout <ms>', 'wait for a reply that never showed (2000)', wholeNumber(50, 60_000))
    .option(
      '--time-limit <s>',
      'end the whole run after this long (28, and up to 120 on a slow server)',
      wholeNumber(1, 3600),
    )
    .option('--jobs <number>', 'behaviours side by side, at the most (6)', wholeNumber(1, 64))
    .option('--strict', 'a broken should or may fails the run too')
    .option('--shard <k/n>', 'judge one part of the behaviours; see conform merge');
  return addReportOptions(addConfigOption(addBaselineOptions(judging)));
}

/** The command that judges behaviours again as this run did; all where none is named. */
export function againLine(options: JudgeOptions, ids: readonly string[], seed: number): string {
  const { cases, clients, timeout, config } = options;
  return shellLine([
    'conform',
    ...targetWords(options),
    ...contractWords(options),
    ...(config === undefined ? [] : ['--config', config]),
    ...(cases === undefined ? [] : ['--cases', String(cases)]),
    ...(clients === undefined ? [] : ['--clients', String(clients)]),
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...ids.flatMap((id) => ['--only', id]),
    ...['--seed', String(seed)],
  ]);
}
