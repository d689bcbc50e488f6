// The class as a table for a spreadsheet or a grade book.
import { toHundredths } from '../../points/rubric.ts';
import type { ClassResult, SubmissionResult } from '../results/class-result.ts';
import { numberCell, textCell } from '../../text/csv-cell.ts';

/**
 * Excel takes a CSV file without a byte order mark for the machine's old code page and spoils
 * every `Zoë`; LibreOffice and the CSV readers of programming languages know what it is.
 */
const byteOrderMark = '\ufeff';

/** RFC 4180, 2. */
const lineEnd = '\r\n';

/**
 * `grades.csv`: a header, then a line a submission in the order of the class. UTF-8 with a byte
 * order mark, CRLF, commas. A submission that errored has empty points, not 0: nobody has graded it.
 */
export function gradesCsv({ submissions }: ClassResult): string {
  const items = itemNames(submissions);
  const header = [
    'submission',
    'outcome',
    'points',
    'out of',
    ...items,
    'failed',
    'causes',
    'unjudged',
    'message',
  ].map(textCell);
  const rows = submissions.map((submission) => row(submission, items));
  return `${byteOrderMark}${[header, ...rows].map((cells) => `${cells.join(',')}${lineEnd}`).join('')}`;
}

function row(submission: SubmissionResult, items: readonly string[]): string[] {
  const { name, outcome, points, outOf, failed, causes, unjudged, message } = submission;
  return [
    textCell(name),
    textCell(outcome),
    numberCell(outcome === 'errored' ? null : points),
    numberCell(outOf),
    ...items.map((item) => numberCell(pointsIn(submission, item))),
    textCell(failed.join(' ')),
    textCell(causes.map(({ id }) => id).join(' ')),
    numberCell(unjudged.length),
    textCell(message ?? ''),
  ];
}

/** In the order in which the class meets them; a submission that was not built may have none. */
function itemNames(submissions: readonly SubmissionResult[]): string[] {
  return [...new Set(submissions.flatMap(({ items }) => items.map(({ name }) => name)))];
}

/** Items of one name count together; an empty cell where there is none, or where nothing was graded. */
function pointsIn({ outcome, items }: SubmissionResult, name: string): number | null {
  const named = items.filter((item) => item.name === name);
  if (named.length === 0 || outcome === 'errored') return null;
  return toHundredths(named.reduce((sum, { points }) => sum + points, 0));
}
