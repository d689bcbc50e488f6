// What a reader sees who only looks at the screen when the run has ended: the causes, how to fix them and the command
// that shows each again, as much of it as the screen holds. --verbose tells all (pretty-failures.ts).
import { hasFailed } from '../../events/report-parts.ts';
import type { Report } from '../../events/report.ts';
import { paintedWidth, wrapped } from '../../text/layout.ts';
import type { Palette } from '../../text/palette.ts';
import { failsRun } from '../words/wording.ts';
import { fit } from './fit.ts';
import { causePiece, failurePiece } from './pretty-pieces.ts';

export interface Screen {
  readonly rows: number;
  readonly columns: number;
  /** How wide text is set. */
  readonly width: number;
  readonly colours: Palette;
}

/** What is kept for the title above failures without a cause, and for the line that says what is left out. */
const ownRows = 3;

/** The causes and the failures that none explains, in `rows` of the screen less `taken`; none where nothing failed. */
export function screenLines(report: Report, taken: number, screen: Screen): string[] {
  const { rows, width } = screen;
  const failed = report.behaviours.filter(hasFailed);
  if (failed.length === 0) return [];
  const explained = new Set(report.causes.flatMap(({ explains }) => explains));
  const alone = failed.filter(({ id }) => !explained.has(id));
  // What fails the run comes before what does not.
  const inOrder = [
    ...alone.filter((one) => failsRun(one, report.strict)),
    ...alone.filter((one) => !failsRun(one, report.strict)),
  ];
  const isMixed = report.causes.length > 0 && alone.length > 0;
  const pieces = [
    ...report.causes.map((cause, index) => causePiece(cause, index, report, failed, screen)),
    ...inOrder.map((one, index) =>
      failurePiece(one, isMixed && index === 0 ? unexplained(screen) : [], screen),
    ),
  ];
  const { lines, leftOut } = fit(pieces, Math.max(1, rows - taken - ownRows), (line) =>
    rowsOf(line, screen),
  );
  const more = `… and ${leftOut} more: add --verbose to see all.`;
  const all = [...lines, ...(leftOut === 0 ? [] : wrapped(more, width))];
  return all.at(-1) === '' ? all : [...all, ''];
}

/** How many rows of the terminal a line takes. */
export function rowsOf(line: string, { columns }: Pick<Screen, 'columns'>): number {
  return Math.max(1, Math.ceil(paintedWidth(line) / columns));
}

const unexplained = ({ width, colours: { bold } }: Screen): string[] => [
  ...wrapped('Not explained by these causes', width).map(bold),
];
