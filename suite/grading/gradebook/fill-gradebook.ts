// Points into the sheet that a platform exported: one cell a participant, and no other byte of the file.
import { toHundredths } from '../../points/rubric.ts';
import type { ClassResult, SubmissionResult } from '../results/class-result.ts';
import { canvasSheet, isCanvasSheet } from './canvas-sheet.ts';
import { cellsOf, InvalidCsv, withCells, type Cell, type Delimiter } from './csv-cells.ts';
import { matchOf } from './match-participants.ts';
import { isMoodleSheet, moodleSheet } from './moodle-sheet.ts';
import { columnsIn, InvalidSheet, numberIn, type Participant, type Sheet } from './sheet.ts';

/** How a sheet is filled. */
export interface FillOptions {
  /** The column that takes the points, where it cannot be told. */
  readonly column?: string;
  /** Whether points are converted to what the sheet's grades are out of. */
  readonly scale?: boolean;
  /** Whether a grade that stands there already may be replaced. */
  readonly overwrite?: boolean;
}

/** What became of a sheet. */
export interface FilledSheet {
  readonly platform: Sheet['platform'];
  /** The whole file, filled in. */
  readonly text: string;
  /** Names of submissions whose points are in it. */
  readonly entered: readonly string[];
  /** Submissions whose points are not in it, each with the reason, a sentence. */
  readonly left: readonly { readonly submission: string; readonly why: string }[];
  /** How many participants of the sheet have no submission. */
  readonly withoutSubmission: number;
}

const delimiters: readonly Delimiter[] = [',', ';', '\t'];

/**
 * Fills the points of a class into `text`.
 * @throws {InvalidSheet} when it is not what Moodle or Canvas exports, or its grades are out of other points
 */
export function fillGradebook(
  text: string,
  { submissions }: ClassResult,
  options: FillOptions,
): FilledSheet {
  const sheet = sheetIn(text, options.column);
  if (options.scale !== true) refuseOtherMaximum(submissions, sheet);
  const found = submissions.map((one) => ({
    one,
    match: matchOf(one.name, sheet.platform, sheet.participants),
  }));
  const owners = new Map<Participant, string[]>();
  for (const { one, match } of found) {
    if (match.kind !== 'one') continue;
    owners.set(match.participant, [...(owners.get(match.participant) ?? []), one.name]);
  }
  const entered: string[] = [];
  const left: { submission: string; why: string }[] = [];
  const changes = new Map<Cell, string>();
  for (const { one, match } of found) {
    const fill = (): string | null => {
      if (match.kind === 'none') return `nobody in the ${sheet.platform} file is named so.`;
      if (match.kind === 'several') {
        const names = match.participants.map(({ name }) => name).join(' and ');
        return `it may be that of ${names}.`;
      }
      const { participant } = match;
      const others = (owners.get(participant) ?? []).filter((name) => name !== one.name);
      if (others.length > 0)
        return `${others.join(', ')} would get the same grade, that of ${participant.name}.`;
      return enter(one, participant, sheet, options, changes);
    };
    const why = fill();
    if (why === null) entered.push(one.name);
    else left.push({ submission: one.name, why });
  }
  return {
    platform: sheet.platform,
    text: withCells(text, changes),
    entered,
    left,
    withoutSubmission: sheet.participants.filter((one) => !owners.has(one)).length,
  };
}

/** Puts the points in their cell; why not, where they do not go there. */
function enter(
  submission: SubmissionResult,
  { name, grade, closed }: Participant,
  sheet: Sheet,
  options: FillOptions,
  changes: Map<Cell, string>,
): string | null {
  if (submission.outcome === 'errored') {
    return 'it errored, nobody has graded it: see class.html.';
  }
  if (closed !== null) return `${closed}: ${name}.`;
  const points = pointsIn(submission, sheet);
  const before = grade.value.trim();
  const isOpen = before === '' || before === '-';
  if (numberIn(before) === points) return null;
  if (!isOpen && options.overwrite !== true) {
    return `${name} has the grade ${before} already, and would get ${points}: give --overwrite to replace grades.`;
  }
  changes.set(grade, written(points, sheet));
  return null;
}

/** @throws {InvalidSheet} when points would have to be converted and nobody asked for it */
function refuseOtherMaximum(submissions: ClassResult['submissions'], sheet: Sheet): void {
  const other = submissions.find((one) => sheet.outOf !== null && one.outOf !== sheet.outOf);
  if (other === undefined) return;
  throw new InvalidSheet(
    `its grades are out of ${sheet.outOf ?? ''}, the points of the class out of ${other.outOf}: give --scale to convert them, or set the maximum in ${sheet.platform} to ${other.outOf} and export the file again.`,
  );
}

function pointsIn({ points, outOf }: SubmissionResult, sheet: Sheet): number {
  if (sheet.outOf === null || sheet.outOf === outOf) return points;
  return outOf === 0 ? 0 : toHundredths((points * sheet.outOf) / outOf);
}

/** With two decimals, as both platforms write them. */
function written(points: number, { hasDecimalComma, delimiter }: Sheet): string {
  const text = points.toFixed(2);
  if (!hasDecimalComma) return text;
  const withComma = text.replace('.', ',');
  return delimiter === ',' ? `"${withComma}"` : withComma;
}

const expected = `Expected one of
  the grading worksheet of a Moodle assignment (Submissions, Download grading worksheet): Identifier, Full name, …, Grade, …
  the gradebook of a Canvas course (Grades, Export): Student, ID, …, Section, and a column for the assignment.`;

function sheetIn(text: string, column: string | undefined): Sheet {
  if (text.trim() === '') throw new InvalidSheet(`it is empty.\n${expected}`);
  if (text.startsWith('PK')) {
    throw new InvalidSheet(
      'it is a workbook of a spreadsheet or an archive, not CSV: give the file as the platform exported it, unopened.',
    );
  }
  if (/[\0\ufffd]/u.test(text)) {
    throw new InvalidSheet(
      'it is not text in UTF-8; a spreadsheet may have saved it: give the file as the platform exported it, unopened.',
    );
  }
  let first: readonly Cell[] = [];
  let fault: InvalidCsv | undefined;
  for (const delimiter of delimiters) {
    try {
      const records = cellsOf(text, delimiter);
      const [header = []] = records;
      if (header.length > first.length) first = header;
      if (isCanvasSheet(records)) return canvasSheet(records, delimiter, column);
      if (header.length > 2 && isMoodleSheet(records))
        return moodleSheet(records, delimiter, column);
    } catch (error) {
      if (!(error instanceof InvalidCsv)) throw error;
      fault ??= error;
    }
  }
  if (fault !== undefined && first.length < 2) {
    throw new InvalidSheet(`it cannot be read as CSV, ${fault.message}.\n${expected}`);
  }
  throw new InvalidSheet(`its first line has ${columnsIn(first)}.\n${expected}`);
}
