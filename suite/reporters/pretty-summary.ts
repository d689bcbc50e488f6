// The last lines of the report: what a reader who reads nothing else should know.
import type { Report } from '../report.ts';
import { visible } from './escape.ts';
import { wrapped } from './layout.ts';
import { duration } from './measures.ts';
import type { Palette } from './palette.ts';
import { exitMeanings, tallied, verdictSentence } from './wording.ts';

/** The verdict, the counts, what the exit code means and how to run the same again. */
export function summaryLines(report: Report, width: number, colours: Palette): string[] {
  const { verdict, exitCode, cutShort, unreachable, seed, strict, durationMs } = report;
  const paint = {
    conforms: colours.green,
    'does-not-conform': colours.red,
    'could-not-judge': colours.magenta,
  }[verdict];
  const counts = tallied(report.behaviours) || 'nothing checked';
  const strictly = strict ? ' Strict: a broken recommendation counts like a requirement.' : '';
  const isCut = cutShort !== null && (verdict !== 'could-not-judge' || unreachable !== null);
  return [
    ...wrapped(verdictSentence(report), width).map((line) => colours.bold(paint(line))),
    ...(isCut ? wrapped(`The run was cut short: ${visible(cutShort)}`, width) : []),
    ...wrapped(
      `${counts} in ${duration(durationMs)}. Exit code ${exitCode}: ${exitMeanings[exitCode]}.${strictly}`,
      width,
    ),
    ...wrapped(`The same payloads again: the same command with --seed ${seed}`, width).map(
      colours.dim,
    ),
  ];
}
