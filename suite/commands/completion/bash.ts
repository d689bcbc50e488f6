// The completion of bash, and of zsh, which reads the same through its bashcompinit.
import { wordsOf, type Completable, type CompletableCommand, type Value } from './completable.ts';

export function bashScript(completable: Completable): string {
  const { commands } = completable;
  const names = commands.map(({ name }) => name).filter((name) => name !== '');
  return `# Completion of conform for bash.
_conform() {
  local cur prev command='' i
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join('|')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$command $prev" in
${commands.flatMap((command) => optionCases(command, completable)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${commands.map((command) => flagCase(command)).join('\n')}
    esac
    return
  fi
  case $command in
${commands.map((command) => argumentCase(command, completable, names)).join('\n')}
  esac
}
complete -o default -F _conform conform
`;
}

export function zshScript(completable: Completable): string {
  return `#compdef conform
autoload -U +X compinit && compinit -u
autoload -U +X bashcompinit && bashcompinit
${bashScript(completable)}`;
}

/** What may stand behind each option of a command. */
function optionCases({ name, options }: CompletableCommand, completable: Completable): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, value }) => {
      const patterns = flags.map((flag) => quoted(`${name} ${flag}`)).join('|');
      return `    ${patterns}) ${completeValue(value, completable)}; return ;;`;
    });
}

function flagCase({ name, options }: CompletableCommand): string {
  const flags = [...options.flatMap((option) => option.flags), '--help'];
  return `      ${quoted(name)}) ${completeWords(flags)} ;;`;
}

function argumentCase(
  { name, argument }: CompletableCommand,
  completable: Completable,
  names: readonly string[],
): string {
  // Without a command yet, the commands are what one can go on with.
  if (name === '') return `    '') ${completeWords(names)} ;;`;
  if (argument === undefined) return `    ${quoted(name)}) ;;`;
  return `    ${quoted(name)}) ${completeValue(argument, completable)} ;;`;
}

function completeValue(value: Value, completable: Completable): string {
  const words = wordsOf(value, completable);
  if (words !== undefined) return completeWords(words);
  if (value === 'folder') return 'COMPREPLY=($(compgen -d -- "$cur"))';
  return value === 'file' ? 'COMPREPLY=($(compgen -f -- "$cur"))' : ':';
}

const completeWords = (words: readonly string[]): string =>
  `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur"))`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
