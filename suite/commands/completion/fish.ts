// The completion of fish: a line for each thing that may be completed.
import {
  wordsOf,
  type Completable,
  type CompletableCommand,
  type CompletableOption,
  type Value,
} from './completable.ts';

export function fishScript(completable: Completable): string {
  const { commands } = completable;
  const names = commands.map(({ name }) => name).filter((name) => name !== '');
  const noCommand = `not __fish_seen_subcommand_from ${names.join(' ')}`;
  const lines = commands.flatMap((command) => {
    const condition =
      command.name === '' ? noCommand : `__fish_seen_subcommand_from ${command.name}`;
    return [
      ...(command.name === ''
        ? []
        : [line([`-n ${quoted(noCommand)}`, `-a ${command.name}`, describedAs(command)])]),
      ...command.options.map((option) =>
        line([`-n ${quoted(condition)}`, ...optionWords(option, completable)]),
      ),
      ...argumentLine(command, condition, completable),
    ];
  });
  return `# Completion of conform for fish.\ncomplete -c conform -f\n${lines.join('\n')}\n`;
}

const line = (words: readonly string[]): string => `complete -c conform ${words.join(' ')}`;

function optionWords(option: CompletableOption, completable: Completable): string[] {
  const { flags, takesValue, value } = option;
  return [
    ...flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)),
    ...(takesValue ? ['-r', ...valueWords(value, completable)] : []),
    describedAs(option),
  ];
}

function argumentLine(
  { argument }: CompletableCommand,
  condition: string,
  completable: Completable,
): string[] {
  if (argument === undefined) return [];
  const words = valueWords(argument, completable);
  return words.length === 0 ? [] : [line([`-n ${quoted(condition)}`, ...words])];
}

function valueWords(value: Value, completable: Completable): string[] {
  const words = wordsOf(value, completable);
  if (words !== undefined) return [`-a ${quoted(words.join(' '))}`];
  if (value === 'folder') return ["-a '(__fish_complete_directories)'"];
  return value === 'file' ? ['-F'] : [];
}

const describedAs = ({ description }: { readonly description: string }): string =>
  `-d ${quoted(description)}`;

/** Between single quotes fish knows but two escapes. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
