// What a person writes for a shell, where there is none: told with the line that works, before anything is started.
import { homedir } from 'node:os';
import { commandWords, InvalidCommand, type CommandWord } from './command-line.ts';

/** What only a shell does something about, as a word of its own. */
const operators = new Set(['&&', '||', '|', '&', ';', '>', '>>', '<', '<<', '2>', '2>&1', '&>']);
/** What a shell does itself: there is no such program. */
const builtIns = new Set(['cd', 'export', 'source', '.', 'exec', 'ulimit', 'set', 'alias', 'eval']);
const assignment = /^[A-Za-z_]\w*=/u;
const variable = /\$(?:[A-Za-z_({]|$)|`/u;
const portVariable = /^\$(?:PORT|\{PORT\})$/u;

/**
 * @throws {InvalidCommand} when the command needs a shell: what of it does, and what to write instead
 */
export function refuseShellSyntax(command: string): void {
  const words = commandWords(command);
  const [first] = words;
  if (first === undefined) return;
  const written = command.trim();
  if (words.some(({ text, quoting }) => quoting !== 'literal' && portVariable.test(text))) {
    const line = written.replace(/"?\$(?:PORT\b|\{PORT\})"?/gu, '{port}');
    throw refusal('$PORT would be a variable', line);
  }
  const sign = words.find(isForShell);
  if (sign !== undefined) {
    if (sign.text === '&' && words.at(-1) === sign) {
      const line = written.replace(/\s*&$/u, '');
      throw refusal('The & at its end would put it into the background', line);
    }
    throw refusal(`${JSON.stringify(sign.text)} means something to a shell only`, inShell(written));
  }
  if (first.quoting === 'none' && assignment.test(first.text)) {
    throw refusal(`${JSON.stringify(first.text)} would set a variable`, `env ${written}`);
  }
  if (first.quoting === 'none' && builtIns.has(first.text)) {
    throw refusal(`${first.text} is a word of the shell and no program`, inShell(written));
  }
  const home = words.find(({ text, quoting }) => quoting === 'none' && /^~(?:\/|$)/u.test(text));
  if (home !== undefined) {
    const line = written.replace(/(^|\s)~(?=\/|\s|$)/gu, `$1${homedir()}`);
    throw refusal(`${JSON.stringify(home.text)} would be a folder of yours`, line);
  }
  const named = words.find(({ text, quoting }) => quoting !== 'literal' && variable.test(text));
  if (named !== undefined) {
    throw refusal(`${JSON.stringify(named.text)} has a variable in it`, inShell(`exec ${written}`));
  }
}

function isForShell({ text, quoting }: CommandWord): boolean {
  if (quoting !== 'none' || /^<\w+>$/u.test(text)) return false;
  return operators.has(text) || /.;$|^\d?>+\S|^<\S/u.test(text);
}

const inShell = (line: string): string =>
  `sh -c '${execLast(line).replaceAll("'", String.raw`'\''`)}'`;

/** The server takes the shell's place, so that signals and the exit status are its own. */
function execLast(line: string): string {
  return line.replace(/^(cd [^&|;<>]+ &&) (?!exec )([^&|;<>]+)$/u, '$1 exec $2');
}

function refusal(why: string, line: string): InvalidCommand {
  return new InvalidCommand(
    `${why}: the command is started without a shell. Write it so: --launch ${inQuotes(line)}`,
  );
}

/** As a person types it in a shell. */
function inQuotes(line: string): string {
  if (!line.includes("'")) return `'${line}'`;
  return `"${line.replace(/["\\$`]/gu, String.raw`\$&`)}"`;
}
