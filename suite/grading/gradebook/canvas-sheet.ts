// The gradebook that Canvas exports (its gradebook_exporter, and gradebook_importer, which reads it back): students
// below a line with the points possible, assignments as "Title (number)".
import type { Cell, Delimiter } from './csv-cells.ts';
import {
  addressNames,
  bothOrders,
  columnsIn,
  InvalidSheet,
  isWithComma,
  numberIn,
  type Participant,
  type Sheet,
} from './sheet.ts';

/** Columns about the student; those of an assignment stand behind them. */
const aboutStudents = [
  'Student',
  'LastName',
  'FirstName',
  'ID',
  'SIS User ID',
  'SIS Login ID',
  'Integration ID',
  'Root Account',
  'Section',
];

const assignment = /^(.*) \((\d+)\)$/su;

/** True when its header begins as Canvas begins it. */
export function isCanvasSheet([header = []]: readonly (readonly Cell[])[]): boolean {
  const names = header.map(({ value }) => value.trim());
  const isNamed = names[0] === 'Student' || (names[0] === 'LastName' && names[1] === 'FirstName');
  return isNamed && names.includes('ID') && names.includes('Section');
}

/**
 * The gradebook.
 * @param column the assignment's title, its number, or both as in the header; needed when there are several
 * @throws {InvalidSheet} when the assignment is not there, or cannot be told, or takes no grades
 */
export function canvasSheet(
  [header = [], ...rows]: readonly (readonly Cell[])[],
  delimiter: Delimiter,
  column?: string,
): Sheet {
  const grade = assignmentIn(header, column);
  const find = (name: string): number => header.findIndex(({ value }) => value.trim() === name);
  const at = (row: readonly Cell[], name: string): string => row[find(name)]?.value.trim() ?? '';
  const possible = rows.find(([first]) => first?.value.includes('Points Possible') === true);
  const most = possible?.[grade]?.value ?? '';
  if (/read\s+only/iu.test(most)) {
    throw new InvalidSheet(
      `${JSON.stringify(header[grade]?.value ?? '')} is a column that Canvas calculates itself: choose one of an assignment.`,
    );
  }
  const students = rows.filter((row) => row !== possible && at(row, 'ID') !== '');
  const participants = students.map((row): Participant => {
    const name =
      find('LastName') < 0 ? at(row, 'Student') : `${at(row, 'LastName')}, ${at(row, 'FirstName')}`;
    const cell = row[grade];
    if (cell === undefined) {
      throw new InvalidSheet(
        `the line of ${JSON.stringify(name)} has ${row.length} cells, and its grade would be cell ${grade + 1}: a part of it is missing.`,
      );
    }
    const logins = ['SIS User ID', 'SIS Login ID', 'Integration ID'].map((one) => at(row, one));
    return {
      name,
      id: at(row, 'ID'),
      names: [...bothOrders(name), ...logins.flatMap(addressNames)].filter((one) => one !== ''),
      grade: cell,
      closed: closedBy(cell.value.trim()),
    };
  });
  return {
    platform: 'Canvas',
    delimiter,
    outOf: numberIn(most),
    hasDecimalComma: isWithComma(most),
    participants,
  };
}

function closedBy(value: string): string | null {
  if (value.toUpperCase() === 'EX') return 'the gradebook excuses this student (EX)';
  return value === 'N/A' ? 'the assignment is not assigned to this student (N/A)' : null;
}

/** Where the assignment's column stands. */
function assignmentIn(header: readonly Cell[], column: string | undefined): number {
  const all = header.flatMap(({ value }, index) => {
    const [, title, number] = assignment.exec(value.trim()) ?? [];
    if (title === undefined || aboutStudents.includes(value.trim())) return [];
    return [{ index, value: value.trim(), title, number }];
  });
  const titles = all.map(({ value }) => JSON.stringify(value)).join(', ');
  if (all.length === 0) {
    throw new InvalidSheet(
      `it has no assignment, a column such as "Exercise 3 (12345)"; it has ${columnsIn(header)}. Make the assignment in Canvas, and export the gradebook again.`,
    );
  }
  if (column === undefined) {
    const [only, other] = all;
    if (only !== undefined && other === undefined) return only.index;
    throw new InvalidSheet(
      `it has ${all.length} assignments: say which one takes the points, with --column. There are: ${titles}.`,
    );
  }
  const chosen = all.filter(({ value, title, number }) => [value, title, number].includes(column));
  const [only, other] = chosen;
  if (only === undefined) {
    throw new InvalidSheet(`it has no assignment ${JSON.stringify(column)}. There are: ${titles}.`);
  }
  if (other !== undefined) {
    throw new InvalidSheet(
      `${chosen.length} of its assignments are named ${JSON.stringify(column)}: give the number in brackets, as in --column ${only.number ?? ''}.`,
    );
  }
  return only.index;
}
