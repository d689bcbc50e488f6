// All that can be said of a run on the command line, and the words that say it again.
import type { Command } from 'commander';
import { mostSeed } from '../../events/seed.ts';
import { addBaselineOptions, type BaselineOptions } from './baseline-options.ts';
import { addConfigOption, type ConfigOptions } from './config-option.ts';
import { addContractOptions, contractWords, type ContractOptions } from './contract-options.ts';
import { helpGroups } from './help-groups.ts';
import { collect, optionalCount, wholeNumber } from './parse.ts';
import {
  addDetailOptions,
  addJsonOption,
  addReportOptions,
  type ReportOptions,
} from './report-options.ts';
import type { RunChoices } from './run-options.ts';
import type { Selection } from './select.ts';
import { addSuiteOption, type SuiteOptions } from './suite-option.ts';
import { addTargetOptions, shellLine, targetWords, type TargetOptions } from './target-options.ts';

export interface JudgeOptions
  extends
    TargetOptions,
    ContractOptions,
    ReportOptions,
    ConfigOptions,
    BaselineOptions,
    RunChoices,
    Selection,
    SuiteOptions {
  readonly list?: boolean;
  readonly bail?: number | true;
  readonly watch?: boolean;
  readonly pcap?: string;
  readonly seed?: number;
  readonly shard?: string;
}

export function addJudgeOptions(command: Command): Command {
  const testing = addSelectionOptions(addContractOptions(addTargetOptions(command, true)))
    .option('--grep <text>', 'only those whose id or sentence contains this text or /regex/')
    .optionsGroup(helpGroups.how)
    .option('--watch', 'test again when files change or the server is restarted')
    .option(
      '--bail [failures]',
      'stop after the first failure, or this many; what is under way is finished',
      optionalCount,
    )
    .option('--strict', 'a broken "should" or "may" fails the run too');
  const timed = addTimeoutOption(addSuiteOption(testing))
    .option(
      '--time-limit <s>',
      'end the whole run after this long (default: 28, or up to 300 for a slow server)',
      wholeNumber(1, 3600),
    )
    .option('--seed <number>', 'generate the same payloads again', wholeNumber(0, mostSeed));
  const reported = addJsonOption(addDetailOptions(addReportOptions(timed)))
    .option('--list', 'show what would be tested, and test nothing')
    .option('--pcap <folder>', 'save failing conversations (pcapng, Wireshark)');
  const sized = addSizeOptions(addBaselineOptions(reported)).option(
    '--shard <k/n>',
    'test one of n parts; see `conform merge`',
  );
  return addConfigOption(sized);
}

/** Adds `--only` and `--skip`: which behaviours are tested. */
export function addSelectionOptions(command: Command): Command {
  return command
    .optionsGroup(helpGroups.what)
    .option('--only <pattern>', 'test only these behaviours or families; repeatable', collect)
    .option('--skip <pattern>', 'leave these behaviours or families out; repeatable', collect)
    .option('--reachable', 'the server must listen for others too, not on 127.0.0.1 alone');
}

/** Adds `--timeout`: how long a reply is waited for. */
export function addTimeoutOption(command: Command): Command {
  return command
    .optionsGroup(helpGroups.how)
    .option(
      '--timeout <ms>',
      'how long to wait for a reply (default: 2000)',
      wholeNumber(50, 60_000),
    );
}

/** Adds `--cases`, `--clients` and `--jobs`: how much a run does at all, and at once. */
export function addSizeOptions(command: Command): Command {
  return command
    .optionsGroup(helpGroups.advanced)
    .option(
      '--cases <number>',
      'generated cases per property (default: 30)',
      wholeNumber(1, 100_000),
    )
    .option(
      '--clients <number>',
      'clients in a crowd (default: 1200 where the server may have so many files open, else 1000)',
      wholeNumber(1, 60_000),
    )
    .option(
      '--jobs <number>',
      'behaviours tested at once, at most (default: 6)',
      wholeNumber(1, 64),
    );
}

/** The command that tests behaviours again as this run did; all where none is named. */
export function againLine(options: JudgeOptions, ids: readonly string[], seed: number): string {
  const { cases, clients, timeout, config, reachable, suite } = options;
  return shellLine([
    'conform',
    ...targetWords(options),
    ...contractWords(options),
    ...(config === undefined ? [] : ['--config', config]),
    ...(suite === undefined ? [] : ['--suite', suite]),
    ...(cases === undefined ? [] : ['--cases', String(cases)]),
    ...(clients === undefined ? [] : ['--clients', String(clients)]),
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...(reachable === true ? ['--reachable'] : []),
    ...ids.flatMap((id) => ['--only', id]),
    ...['--seed', String(seed)],
  ]);
}
