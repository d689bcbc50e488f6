// The grading worksheet of a Moodle assignment (mod_assign's grading table, downloaded, and the importer of
// assignfeedback_offline, which finds the columns by their names and the participant by the number behind
// "Participant").
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

const participant = /^\D*?(\d+)$/u;

/** True when the first column holds what Moodle's does: a word and a number in each line. */
export function isMoodleSheet([header = [], ...rows]: readonly (readonly Cell[])[]): boolean {
  if (header[0]?.value.trim() === 'Identifier') return true;
  return (
    rows.length > 0 && rows.every(([first]) => /^\p{L}[^\d"]*\s\d+$/u.test(first?.value ?? ''))
  );
}

/**
 * The worksheet.
 * @param column the name of the column for the grade, where it is not "Grade"
 * @throws {InvalidSheet} when a column is missing
 */
export function moodleSheet(
  [header = [], ...rows]: readonly (readonly Cell[])[],
  delimiter: Delimiter,
  column = 'Grade',
): Sheet {
  const find = (name: string): number =>
    header.findIndex(({ value }) => value.trim().toLowerCase() === name.toLowerCase());
  const grade = find(column);
  if (grade < 0) {
    throw new InvalidSheet(
      `it has no column ${JSON.stringify(column)}; it has ${columnsIn(header)}. Moodle names the columns in the language of whoever exports: say which one takes the grade, as in --column Bewertung.`,
    );
  }
  if (find('Scale') >= 0) {
    throw new InvalidSheet(
      'the assignment is graded by a scale of words, not by points: set its grade to Point in Moodle, and export the worksheet again.',
    );
  }
  const named = find('Full name');
  const fullName = named < 0 ? 1 : named;
  const changeable = find('Grade can be changed');
  // Moodle writes the maximum behind the grade, whatever it is called.
  const most = rows.map((row) => row[grade + 1]?.value ?? '').find((text) => text.trim() !== '');
  const participants = rows.map((row): Participant => {
    const cell = row[grade];
    const identifier = row[0]?.value ?? '';
    if (cell === undefined) {
      throw new InvalidSheet(
        `the line of ${JSON.stringify(identifier)} has ${row.length} cells, and its grade would be cell ${grade + 1}: a part of it is missing.`,
      );
    }
    const name = row[fullName]?.value ?? '';
    return {
      name: name === '' ? identifier : name,
      id: participant.exec(identifier.trim())?.[1] ?? '',
      names: [identifier, ...bothOrders(name), ...row.flatMap(addressesIn)],
      grade: cell,
      closed:
        changeable >= 0 && row[changeable]?.value.trim() === 'No'
          ? 'Moodle says that this grade cannot be changed'
          : null,
    };
  });
  return {
    platform: 'Moodle',
    delimiter,
    outOf: most === undefined ? null : numberIn(most),
    hasDecimalComma: most !== undefined && isWithComma(most),
    participants,
  };
}

function addressesIn({ value }: Cell): string[] {
  return /^[^\s@]+@[^\s@]+$/u.test(value.trim()) ? addressNames(value.trim()) : [];
}
