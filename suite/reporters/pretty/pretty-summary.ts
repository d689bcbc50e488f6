// The last lines of the report: what a reader who reads nothing else should know.
import type { Report } from '../../events/report.ts';
import { baselineSentences, withoutKnown } from '../words/baseline-words.ts';
import { cutShortSentence } from '../words/cut-short-words.ts';
import { visible, visibleLines } from '../../text/escape.ts';
import { wrapped } from '../../text/layout.ts';
import { duration } from '../../text/measures.ts';
import type { Palette } from '../../text/palette.ts';
import type { Detail } from '../reporter.ts';
import { coverage } from './pretty-causes.ts';
import { timingSentence } from '../words/timing-words.ts';
import { exitMeaning, tallied, verdictSentence } from '../words/wording.ts';

/** The verdict, the counts, what the exit code means and how to run the same again. */
export function summaryLines(
  report: Report,
  width: number,
  colours: Palette,
  {
    takesSeed = true,
    detail = 'usual',
  }: { readonly takesSeed?: boolean; readonly detail?: Detail } = {},
): string[] {
  const { verdict, exitCode, seed, strict, durationMs, behaviours } = report;
  const paint = {
    conforms: colours.green,
    'does-not-conform': colours.red,
    'could-not-judge': colours.magenta,
  }[verdict];
  const counts = tallied(report.behaviours) || 'nothing checked';
  const strictly = strict ? ' Strict: a broken recommendation counts like a requirement.' : '';
  const cut = cutShortSentence(report);
  // A script says what is sent: nothing hangs on the seed.
  const isScripted = behaviours.length > 0 && behaviours.every(({ family }) => family === 'script');
  const isChecked = report.counts.passed + report.counts.failed > 0;
  const isSeeded = takesSeed && isChecked && !isScripted;
  const isBrief = detail === 'usual' && report.counts.failed > 0;
  const timing = isBrief ? undefined : timingSentence(report);
  const same = isBrief
    ? `All evidence: add --verbose. The same payloads again: --seed ${seed}.`
    : `To generate the same payloads again, add --seed ${seed}`;
  const found = [
    ...wrapped(verdictSentence(report), width).map((line) => colours.bold(paint(line))),
    ...causesLines(withoutKnown(report), width, colours),
    ...baselineSentences(report).flatMap((sentence) => wrapped(sentence, width)),
    ...outputLines(report, colours),
    ...(cut === undefined ? [] : wrapped(cut, width)),
  ];
  if (detail === 'quiet') return found;
  return [
    ...found,
    ...wrapped(
      `${counts} in ${duration(durationMs)}. Exit code ${exitCode}: ${exitMeaning(report)}.${strictly}`,
      width,
    ),
    ...(timing === undefined ? [] : wrapped(timing, width).map(colours.dim)),
    ...(isSeeded
      ? wrapped(same, width).map(colours.dim)
      : isBrief
        ? wrapped('All evidence: add --verbose.', width).map(colours.dim)
        : []),
  ];
}

const shownOutputLines = 20;

/** The end of what was printed by a server, or a build, that came to nothing. */
function outputLines({ outputTail = '' }: Report, colours: Palette): string[] {
  const lines = visibleLines(outputTail.trimEnd()).slice(-shownOutputLines);
  return outputTail.trim() === ''
    ? []
    : ['It ended with:', ...lines.map((line) => colours.dim(`  ${line}`))];
}

/** What to mend first, for those who read no further up. */
function causesLines(report: Report, width: number, { bold }: Palette): string[] {
  const [first] = report.causes;
  if (first === undefined) return [];
  const text = `${coverage(report, report.counts.failed)} Fix first: ${visible(first.title)}.`;
  return wrapped(text, width).map(bold);
}
