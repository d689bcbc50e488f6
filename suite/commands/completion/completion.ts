import type { Command, Option } from 'commander';
import { UsageError, type DefineCommand } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';
import type { Completable, CompletableCommand, Value } from './completable.ts';

/** The shells that a script can be printed for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const help = `
To install it:
  bash   conform completion bash > ~/.local/share/bash-completion/completions/conform
  zsh    conform completion zsh > _conform, in a folder of your $fpath;
         or: source <(conform completion zsh)
  fish   conform completion fish > ~/.config/fish/completions/conform.fish

The script also completes the behaviours and contracts of the config in this
folder. Write it again after an update of conform.
`;

export const defineCompletion: DefineCommand = (program, { write }, done) => {
  addConfigOption(
    program
      .command('completion')
      .description('print a script that makes a shell complete commands, options and names')
      .argument('<shell>', shells.join(', ')),
  )
    .addHelpText('after', help)
    .action(async (name: string, options: ConfigOptions) => {
      const shell = shells.find((one) => one === name);
      if (shell === undefined) {
        throw new UsageError(
          `There is no completion for ${JSON.stringify(name)}: expected ${shells.join(', ')}.`,
        );
      }
      const completable = await describeProgram(program, options);
      write(await scriptFor(shell, completable));
      done(0);
    });
};

async function scriptFor(shell: Shell, completable: Completable): Promise<string> {
  if (shell === 'fish') return (await import('./fish.ts')).fishScript(completable);
  const { bashScript, zshScript } = await import('./bash.ts');
  return shell === 'bash' ? bashScript(completable) : zshScript(completable);
}

/** What values options and arguments take, by the names that they have everywhere. */
const byName: Readonly<Record<string, Value>> = {
  only: 'pattern',
  skip: 'pattern',
  contract: 'contract',
  document: 'document',
  reporter: 'reporter',
  config: 'file',
  from: 'file',
  output: 'file',
  rubric: 'file',
  baseline: 'file',
  build: 'folder',
  pcap: 'folder',
  out: 'folder',
  local: 'folder',
  template: 'file',
};
const byArgument: Readonly<Record<string, Value>> = {
  id: 'behaviour',
  'id-or-token': 'behaviour',
  'token-or-file': 'file',
  file: 'file',
  submissions: 'folder',
  folders: 'folder',
};

async function describeProgram(program: Command, options: ConfigOptions): Promise<Completable> {
  const [{ behaviours, contracts }, { formats }, { documents }] = await Promise.all([
    openConfig(options),
    import('../../reporters/registry.ts'),
    import('../../../targets/documents/documents.ts'),
  ]);
  const ids = behaviours.map(({ id }) => id);
  return {
    commands: [program, ...program.commands].map((command, index) =>
      described(command, index === 0),
    ),
    words: {
      behaviour: ids,
      pattern: [...new Set(behaviours.map(({ family }) => family)), ...ids],
      contract: contracts.map(({ id }) => id),
      document: ['all', ...documents.map(({ id }) => id)],
      reporter: formats.map(({ name }) => name),
    },
  };
}

function described(command: Command, isRoot: boolean): CompletableCommand {
  const choices = (option: Option): Value =>
    option.argChoices ?? byName[option.attributeName()] ?? 'none';
  return {
    name: isRoot ? '' : command.name(),
    description: command.summary() || command.description(),
    options: command.options.map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      description: option.description,
      takesValue: option.required || option.optional,
      value: choices(option),
    })),
    argument: command.registeredArguments.map(
      (argument) =>
        argument.argChoices ??
        byArgument[argument.name()] ??
        listOf(argument.description) ??
        'none',
    )[0],
  };
}

/** An argument whose description is nothing but its words: `behaviours, contracts, servers`. */
function listOf(description: string): readonly string[] | undefined {
  return /^[a-z]+(?:, [a-z]+)+$/.test(description) ? description.split(', ') : undefined;
}
