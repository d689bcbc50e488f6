// The option that every command has which knows contracts or behaviours.
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { helpGroups } from './help-groups.ts';
import { throwAsUsage } from './wrong-usage.ts';

export interface ConfigOptions {
  readonly config?: string;
}

/** Adds --config. */
export function addConfigOption(command: Command): Command {
  return command
    .optionsGroup(helpGroups.advanced)
    .option(
      '--config <file>',
      'your own defaults, contracts and behaviours (default: conform.config.{js,mjs,json})',
    );
}

/**
 * The config that the option names, or the one in the working folder, or just what is ours.
 * @throws {UsageError} when it cannot be read, or something in it is wrong
 */
export async function openConfig({ config }: ConfigOptions): Promise<Config> {
  const [{ loadConfig }, { InvalidDeclaration }] = await Promise.all([
    import('../../config/load-config.ts'),
    import('../../config/mistakes.ts'),
  ]);
  try {
    return await loadConfig(config);
  } catch (error) {
    throwAsUsage(error, InvalidDeclaration);
  }
}

/**
 * As `openConfig`, with the config's defaults set on `command`: its options are read anew by `opts`.
 * @throws {UsageError} as `openConfig`
 */
export async function configure(command: Command): Promise<Config> {
  const config = await openConfig(command.opts<ConfigOptions>());
  const [{ applyOptions }, { InvalidDeclaration }] = await Promise.all([
    import('../../config/apply-options.ts'),
    import('../../config/mistakes.ts'),
  ]);
  try {
    applyOptions(command, config);
  } catch (error) {
    throwAsUsage(error, InvalidDeclaration);
  }
  return config;
}
