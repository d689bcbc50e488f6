// What a terminal says at the end of a class.
import { visible } from '../../text/escape.ts';
import { displayWidth, fitted, textWidth, wrapped } from '../../text/layout.ts';
import { counted, thousands } from '../../text/measures.ts';
import { palette, type Palette } from '../../text/palette.ts';
import type { ClassResult, Outcome, SubmissionResult } from '../results/class-result.ts';
import {
  countOutcomes,
  missingSentence,
  outcomes,
  outcomeWords,
  percentWords,
  pointsSentence,
} from './class-points.ts';
import { clustersOf, type Cluster } from './clusters.ts';
import { mostFailed } from './most-failed.ts';

/** Where and how the summary is shown. */
export interface SummarySurroundings {
  /** The folder of the class's files, as the user wrote it; null when they could not be written. */
  readonly folder: string | null;
  readonly columns: number;
  readonly useColour: boolean;
}

/** So many of each are told; the page has all of them. */
const most = 3;
const mostNames = 6;

/** The counts, what most fail, who made the same mistakes, where the files are; ends with a line feed. */
export function classSummary(
  result: ClassResult,
  { folder, columns, useColour }: SummarySurroundings,
): string {
  const { title, submissions } = result;
  const width = textWidth(columns);
  const paint = palette(useColour);
  const missing = missingSentence(result);
  const shared = clustersOf(submissions).filter((cluster) => cluster.submissions.length > 1);
  const lines = [
    `${paint.bold(fitted(visible(title), width - 24))} (${counted(submissions.length, 'submission')})`,
    ...(missing === null ? [] : wrapped(missing, width, '       ')),
    ...outcomeLines(submissions, width, paint),
    ...failureLines(submissions, width, paint),
    ...(shared.length === 0 ? [] : ['', paint.bold('Common mistakes')]),
    ...shared.slice(0, most).flatMap((cluster) => clusterLines(cluster, width, paint)),
    ...(folder === null ? [] : ['', ...fileLines(folder)]),
  ];
  return `${lines.join('\n')}\n`;
}

function outcomeLines(
  submissions: readonly SubmissionResult[],
  width: number,
  paint: Palette,
): string[] {
  const counts = countOutcomes(submissions);
  const colours: Readonly<Record<Outcome, (text: string) => string>> = {
    graded: paint.green,
    'not-built': paint.red,
    refused: paint.yellow,
    errored: paint.magenta,
  };
  const points = pointsSentence(submissions);
  const unjudged = submissions.filter((one) => one.outcome === 'graded' && one.unjudged.length > 0);
  const errored = submissions.filter((one) => one.outcome === 'errored');
  return [
    ...outcomes
      .filter((outcome) => counts[outcome] > 0)
      .flatMap((outcome) => {
        const count = thousands(counts[outcome]).padStart(5);
        const rest = outcome === 'graded' && points !== null ? `: ${points}` : '';
        const line = `${count}  ${colours[outcome](outcomeWords[outcome])}${rest}`;
        // Those with which somebody has to do something before the grades are given.
        const who = outcome === 'graded' ? unjudged : outcome === 'errored' ? errored : [];
        const what = outcome === 'graded' ? 'not tested completely:' : 'need attention:';
        if (who.length === 0) return [line];
        return [line, ...wrapped(`${what} ${namesOf(who)}`, width, '       ')];
      }),
  ];
}

function failureLines(
  submissions: readonly SubmissionResult[],
  width: number,
  paint: Palette,
): string[] {
  const failures = mostFailed(submissions);
  if (failures.length === 0) return [];
  const left = failures.length - most;
  return [
    '',
    paint.bold(
      `Most common failures, of ${counted(countOutcomes(submissions).graded, 'graded submission')}`,
    ),
    ...failures
      .slice(0, most)
      .map(
        ({ id, count, share }) =>
          `${thousands(count).padStart(5)}  ${fitted(visible(id), width - 22)} ${paint.dim(`(${percentWords(share)})`)}`,
      ),
    ...(left > 0 ? [paint.dim(`       and ${counted(left, 'other behaviour')}`)] : []),
  ];
}

function clusterLines(
  { causes, failed, submissions }: Cluster,
  width: number,
  paint: Palette,
): string[] {
  const what =
    causes.length > 0
      ? causes.map(({ title }) => visible(title)).join('; and: ')
      : `${counted(failed.length, 'failure')} without a known mistake: ${failed.slice(0, 2).map(visible).join(', ')}${failed.length > 2 ? ', …' : ''}`;
  const count = `${thousands(submissions.length).padStart(5)}  `;
  return [
    ...wrapped(fitted(what, 2 * width - 20), width, count, '       '),
    ...wrapped(listed(submissions), width, '       ').map(paint.dim),
  ];
}

function namesOf(submissions: readonly SubmissionResult[]): string {
  return listed(submissions.map(({ name }) => name));
}

/** Names as a list, each short enough that it leaves room for others. */
function listed(names: readonly string[]): string {
  const told = names.slice(0, mostNames).map((name) => fitted(visible(name), 30));
  const left = names.length - told.length;
  return `${told.join(', ')}${left > 0 ? ` and ${thousands(left)} more` : ''}`;
}

function fileLines(folder: string): string[] {
  const place = visible(folder).replace(/\/+$/u, '');
  const files: readonly (readonly [file: string, what: string])[] = [
    [`${place}/class.html`, 'the class: who, what fails most, what to teach'],
    [`${place}/grades.csv`, 'the points, for a spreadsheet'],
    [`${place}/submissions/`, 'a folder each: report.html, report.md, results.json'],
  ];
  const widest = Math.max(...files.map(([file]) => displayWidth(file)));
  return files.map(([file, what]) => `${file}${' '.repeat(widest - displayWidth(file))}  ${what}`);
}
