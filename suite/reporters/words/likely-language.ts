// In which language a server is probably written: then its mistakes are shown mended in that one.
import type { SnippetLanguage } from '../../events/events.ts';
import type { Report } from '../../events/report.ts';

/** The language that the executable, the command or the output of the server gives away; undefined when none does. */
export function likelyLanguage({ target, behaviours }: Report): SnippetLanguage | undefined {
  const byCommand =
    languageIn(target.label, commands) ?? target.language ?? languageIn(target.label, compiled);
  if (byCommand !== undefined) return byCommand;
  const output = behaviours
    .map(({ verdict }) => (verdict.kind === 'failed' ? (verdict.outputTail ?? '') : ''))
    .join('\n');
  return languageIn(output, outputs);
}

type Signs = readonly (readonly [RegExp, SnippetLanguage])[];

const commands: Signs = [
  [/\bpython[\d.]*\b|\.py\b/u, 'python'],
  [/\bjava\b|\.(?:jar|java)\b/u, 'java'],
  [/\b(?:node|deno|bun)\b|\.[cm]?[jt]s\b/u, 'javascript'],
  [/\bgo (?:run|build)\b|\.go\b/u, 'go'],
  [/\bcargo\b|\.rs\b|\btarget\/(?:[\w-]+\/)?(?:debug|release)\//u, 'rust'],
  [/\bj?ruby[\d.]*\b|\.rb\b/u, 'ruby'],
  [/\bphp[\d.]*\b|\.php\b/u, 'php'],
];

/** What any compiler may have made; only asked where the executable does not tell. */
const compiled: Signs = [[/\.(?:c|cc|cpp|out)\b/u, 'c']];

/** What their run-time systems print when something goes wrong. */
const outputs: Signs = [
  [/Traceback \(most recent call last\)|File ".*", line \d+/u, 'python'],
  [/Exception in thread "|\tat [\w.$]+\([\w.]+\.java:\d+\)/u, 'java'],
  [/node:internal|Node\.js v\d+/u, 'javascript'],
  [/^goroutine \d+ \[[^\]\n]+\]:$|^\t.*\.go:\d+ \+0x/mu, 'go'],
  [/^thread '[^'\n]*'(?: \(\d+\))? panicked at |RUST_BACKTRACE=/mu, 'rust'],
  [/\.rb:\d+:in ['`]/u, 'ruby'],
  [/ in .*\.php(?::\d+| on line \d+)$/mu, 'php'],
  [/Segmentation fault|double free|stack smashing/u, 'c'],
];

function languageIn(text: string, signs: Signs): SnippetLanguage | undefined {
  return signs.find(([sign]) => sign.test(text))?.[1];
}
